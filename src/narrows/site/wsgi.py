"""The website for a server: `gunicorn narrows.site.wsgi`. The knowledge is read before the first visitor comes."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "narrows.site.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from narrows.site.library import ground  # after the settings stand

ground()
