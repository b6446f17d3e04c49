"""The action tracker, one XLSX workbook: written after an audit, filled in by people, and read back at the next."""
