"""The self-audit engine for fostering services in England."""

__version__ = "0.1.0"
