"""Names the declared sources, for commands that take one: a name mistyped is nobody's."""

from django.conf import settings

from televendas.domain.sources import declared


def source_names() -> list[str]:
    """Return the names of the sources in TELEVENDAS_SOURCES."""
    return [each.name for each in declared(settings.TELEVENDAS_SOURCES).sources]
