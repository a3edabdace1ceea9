"""Lets `python -m narrows` do what the command does."""

import sys

from narrows.cli import main

sys.exit(main())
