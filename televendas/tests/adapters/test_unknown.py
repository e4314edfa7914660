"""Fields that nobody declared are counted, by name only where the name is known."""

import pytest
from prometheus_client import REGISTRY
from pytest_django import Settings

from televendas.adapters.sources import read
from televendas.tests.samples import CANARY, FORBIDDEN, created, flat, lean, record, with_schema


@pytest.fixture(autouse=True)
def every_record(settings: Settings) -> None:
    settings.TELEVENDAS_FIELD_SAMPLE = 1


def counted(name: str) -> float:
    found = REGISTRY.get_sample_value("trilho_televendas_unknown_fields_total", {"field": name})
    return found or 0.0


def test_a_known_name_counts_by_itself_and_others_together() -> None:
    before = counted("cpf"), counted("email"), counted("other")

    read(record(created(10)))

    assert (counted("cpf"), counted("email")) == (before[0] + 1, before[1] + 1)
    # The canary's own name; what Debezium adds to every record is no news.
    assert counted("other") == before[2] + 1


def test_no_other_name_becomes_a_label() -> None:
    read(record(with_schema(created(11))))

    labels = {
        sample.labels.get("field", "")
        for metric in REGISTRY.collect()
        for sample in metric.samples
        if metric.name == "trilho_televendas_unknown_fields"
    }
    assert CANARY not in labels
    assert set(FORBIDDEN) - {CANARY} <= labels | {"data_nascimento"}


def test_what_is_declared_counts_not() -> None:
    before = counted("other")

    read(record(lean()))
    read(record({name: value for name, value in flat().items() if name != "NR_CPF"}))

    assert counted("other") == before


def test_only_the_sample_is_looked_through(settings: Settings) -> None:
    settings.TELEVENDAS_FIELD_SAMPLE = 64
    before = counted("cpf")

    for offset in range(128):
        read(record(created(10), offset=offset))

    assert counted("cpf") == before + 2
