"""Keeps the databases of telesales and of the warehouse apart from all else and each other."""

from typing import Any, Final

from django.db.models import Model

APART: Final = "televendas"
# What the runtime writes on a consumer's own database, in the transaction of the effect or beside
# it; without these the consumer would need rights on another database.
_BOOKKEEPING: Final = frozenset(
    {"inboxentry", "groupstart", "deadletter", "parkedrecord", "consumerhalt", "redriverun"}
)


WAREHOUSE: Final = "warehouse"
# The shop's models of the star schema are called by this word.
_WAREHOUSE_WORD: Final = "warehouse"


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


class WarehouseRouter:
    """Sends the shop's star schema to its own database, and nothing of anybody else there."""

    def db_for_read(self, model: type[Model], **_hints: Any) -> str | None:
        """Return the alias of the warehouse for its models."""
        return WAREHOUSE if _is_warehouse(model._meta.app_label, model._meta.model_name) else None  # noqa: SLF001 - Django's door

    def db_for_write(self, model: type[Model], **_hints: Any) -> str | None:
        """Return the same as for reading."""
        return self.db_for_read(model)

    def allow_relation(self, first: Model, second: Model, **_hints: Any) -> bool | None:
        """Refuse relations between the warehouse and any other table."""
        meta = [each._meta for each in (first, second)]  # noqa: SLF001 - Django's door
        apart = [_is_warehouse(each.app_label, each.model_name) for each in meta]
        return all(apart) if any(apart) else None

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **_hints: Any
    ) -> bool | None:
        """Let each database have its own tables alone."""
        is_ours = _is_warehouse(app_label, model_name)
        if db == WAREHOUSE:
            return is_ours or (app_label == "messaging" and model_name in _BOOKKEEPING)
        return False if is_ours else None


def _is_warehouse(app_label: str, model_name: str | None) -> bool:
    return app_label == "orders" and (model_name or "").startswith(_WAREHOUSE_WORD)
