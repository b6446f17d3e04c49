"""Mappings: how an export in a service's own names is read as the record model, and how such a mapping is drafted.

A mapping is a file that a person reads and owns (docs/reference/mapping.md). `read_mapping` checks one, `read_mapped`
reads an export through it, and `draft` writes a first one.
"""

from auditor.mapping.mappingfile import read_mapping
from auditor.mapping.plan import Mapping
from auditor.mapping.reading import read_mapped

__all__ = ["Mapping", "read_mapped", "read_mapping"]
