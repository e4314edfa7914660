"""A consumer's probes ask the databases that it writes to, and no other."""

import pytest
from django.db import OperationalError, connections

from messaging import probes
from messaging.health import Check


def checks(*databases: str) -> dict[str, Check]:
    return dict(probes.of({}, lambda: None, databases)["ready"])


def _refused() -> None:
    raise OperationalError("away")


@pytest.mark.django_db(databases=["default", "televendas"], transaction=True)
class TestDatabases:
    def test_that_answer_are_no_trouble(self) -> None:
        found = checks("default", "televendas")

        assert found["database"]() is None
        assert found["database televendas"]() is None

    def test_that_is_away_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(connections["televendas"], "ensure_connection", _refused)

        found = checks("default", "televendas")

        assert found["database"]() is None
        assert found["database televendas"]() == "OperationalError"

    def test_that_the_consumer_never_writes_to_is_not_asked(self) -> None:
        assert "database" not in checks("televendas")
