"""Telesales and the warehouse: each database holds its own tables and its bookkeeping alone."""

import pytest
from django.db import connections

BOOKKEEPING = {
    "django_migrations",
    "messaging_inbox",
    "messaging_group_start",
    "messaging_dead_letter",
    "messaging_parked_record",
    "messaging_consumer_halt",
    "messaging_redrive_run",
}


def tables(alias: str) -> set[str]:
    with connections[alias].cursor() as cursor:
        return set(connections[alias].introspection.table_names(cursor))


@pytest.mark.django_db(databases=["default", "televendas"])
class TestTelesalesRouter:
    def test_nothing_of_others_lands_in_telesales(self) -> None:
        strangers = {name for name in tables("televendas") if not name.startswith("televendas_")}

        assert strangers == BOOKKEEPING

    def test_nothing_of_telesales_lands_elsewhere(self) -> None:
        assert not {name for name in tables("default") if name.startswith("televendas_")}


@pytest.mark.django_db(databases=["default", "warehouse"])
class TestWarehouseRouter:
    def test_nothing_of_others_lands_in_the_warehouse(self) -> None:
        strangers = {name for name in tables("warehouse") if not name.startswith("warehouse_")}

        assert strangers == BOOKKEEPING

    def test_nothing_of_the_warehouse_lands_elsewhere(self) -> None:
        assert not {name for name in tables("default") if name.startswith("warehouse_")}
