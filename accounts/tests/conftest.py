"""Lets every test begin as a new process would: with nothing remembered."""

from collections.abc import Iterator

import pytest

from accounts.services import rates, verified


@pytest.fixture(autouse=True)
def _fresh_process() -> Iterator[None]:
    verified.forget_everything()
    rates.forget()
    yield
    verified.forget_everything()
    rates.forget()
