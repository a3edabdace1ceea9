"""The website for a server: `gunicorn narrows.site.wsgi`. The knowledge is read before the first visitor comes."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "narrows.site.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()


def _warm() -> None:
    """Read the knowledge and the files of style before the first visitor, after the settings stand."""
    from narrows.site.assets import assets
    from narrows.site.ground import ground

    ground()
    assets()


_warm()
