"""Candour: what is read and written by the public."""

__version__ = "0.1.0"
