"""Puts permissions back after a flush as rows, not by asking every model for its own again.

Django reckons them anew after each test that commits, which was most of such a test's time.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.management import create_contenttypes
from django.contrib.contenttypes.models import ContentType
from django.core.management.commands import flush
from django.db.models.signals import post_migrate

_OF_AUTH: Final = "django.contrib.auth.management.create_permissions"
_ASKING: Final = "emit_post_migrate_signal"


def rows_now() -> Callable[[], None]:
    """Return what puts the rows of this moment back into an emptied default database."""
    types, permissions = list(ContentType.objects.all()), list(Permission.objects.all())

    def put_back() -> None:
        ContentType.objects.bulk_create(types)
        Permission.objects.bulk_create(permissions)

    return put_back


@contextmanager
def instead_of_asking(put_back: Callable[[], None]) -> Iterator[None]:
    """Have every flush inside the block call `put_back` for the default database.

    Whatever else listens for the end of a migration is told as ever.
    """
    tell: Any = getattr(flush, _ASKING)

    def tell_others(verbosity: int, interactive: bool, db: str, **more: Any) -> None:
        if db == "default":
            put_back()
        tell(verbosity, interactive, db, **more)

    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(dispatch_uid=_OF_AUTH)
    setattr(flush, _ASKING, tell_others)
    yield
    setattr(flush, _ASKING, tell)
    post_migrate.connect(create_contenttypes)
    post_migrate.connect(create_permissions, dispatch_uid=_OF_AUTH)
