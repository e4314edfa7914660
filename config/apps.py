"""Registers the wiring as an app, so that its templates, static files and commands are found."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The site as a whole: base template, start page, commands over all apps."""

    name = "config"
    label = "site"
    verbose_name = "Trilho"
