"""Keeps telesales' database apart: its own tables and its consumer's bookkeeping, nothing else."""

from typing import Any, Final

from django.db.models import Model

APART: Final = "televendas"
# What the runtime writes on a consumer's own database, in the transaction of the effect or beside
# it; without these the consumer would need rights on another database.
_BOOKKEEPING: Final = frozenset(
    {"inboxentry", "groupstart", "deadletter", "parkedrecord", "consumerhalt", "redriverun"}
)


class TelesalesRouter:
    """Sends the models of telesales to their own database, and nothing of anybody else there."""

    def db_for_read(self, model: type[Model], **_hints: Any) -> str | None:
        """Return the alias of telesales for its models; others go where Django puts them."""
        return APART if model._meta.app_label == APART else None  # noqa: SLF001 - Django's door

    def db_for_write(self, model: type[Model], **_hints: Any) -> str | None:
        """Return the same as for reading."""
        return self.db_for_read(model)

    def allow_relation(self, first: Model, second: Model, **_hints: Any) -> bool | None:
        """Refuse relations between telesales and any other app."""
        apart = [each._meta.app_label == APART for each in (first, second)]  # noqa: SLF001
        return all(apart) if any(apart) else None

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **_hints: Any
    ) -> bool | None:
        """Let each database have its own tables alone."""
        if db == APART:
            is_bookkeeping = app_label == "messaging" and model_name in _BOOKKEEPING
            return app_label == APART or is_bookkeeping
        return False if app_label == APART else None
