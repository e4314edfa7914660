"""The WSGI application: REST, pages and the admin."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
django.setup(set_prefix=False)

from config.wsgi_handler import Application  # noqa: E402 - the settings have to be there first

application = Application()
