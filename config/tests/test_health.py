"""The start page's look at a process: ready, not ready yet, or waiting for a person."""

import pytest
from pytest_django import Settings

from config.health import State, report
from messaging import health


@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        (None, State.WELL),
        ("waiting for partitions", State.STARTING),
        (f"{health.HALTED}: too many dead letters", State.DOWN),
    ],
)
def test_of_a_consumer_is_what_its_probe_says(
    db: None, settings: Settings, trouble: str | None, state: State
) -> None:
    server = health.serve(0, ready={"processor": lambda: trouble})
    settings.HEALTH_URLS = {"processor": f"http://127.0.0.1:{server.server_port}/readyz"}
    try:
        (found,) = [each for each in report.look() if each.name == "processor"]
    finally:
        server.shutdown()
        server.server_close()

    assert found.state is state
    assert (trouble or "") in found.detail
