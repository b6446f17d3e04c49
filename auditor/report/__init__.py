"""Reports made from one `auditor.model.Audit`: JSON, CSV, JUnit, HTML, XLSX and the terminal.

`view` decides grouping, order and wording once; the others only lay it out. Heavy libraries (jinja2, xlsxwriter,
rich) are imported by the format that needs them, when it is asked for. `output` writes a folder whole or not at all.
"""
