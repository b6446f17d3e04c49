"""Staff, the manager, and the service's own documents and monitoring."""

from __future__ import annotations

PLANTS: tuple = ()
