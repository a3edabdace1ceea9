"""narrows: decisions and outcomes for spinal stenosis."""

__version__ = "0.1.0"
