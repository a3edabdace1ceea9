"""`python -m narrows.site check --deploy`: Django's own commands over this website's settings."""

from __future__ import annotations

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "narrows.site.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["narrows.site", *sys.argv[1:]])
