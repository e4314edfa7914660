"""An invitation that still works is in no log line, whatever goes wrong on its page."""

import io
import logging
from collections.abc import Iterator
from logging.config import DictConfigurator

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from bank_grpc.services import holders
from bank_grpc.tests.services.kit import issued

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Return what the log says, in the form in which it is kept."""
    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    form = settings.LOGGING["formatters"]["structured"]
    handler.setFormatter(DictConfigurator(settings.LOGGING).configure_formatter(dict(form)))
    logging.getLogger().addHandler(handler)
    yield kept
    logging.getLogger().removeHandler(handler)


def test_neither_a_refused_form_nor_a_foreign_one_tells_it(lines: io.StringIO) -> None:
    token = holders.invite(issued().card_id, now=timezone.now())
    path = f"/bank/invitation/{token}/"
    wrong = {"username": "ana", "password": "1"}

    codes = [
        Client().post(path, wrong).status_code,
        Client(enforce_csrf_checks=True).post(path, wrong).status_code,
        Client().put(path).status_code,
        Client().get(f"{path}more").status_code,
    ]

    assert codes == [422, 403, 405, 404]
    assert lines.getvalue().count("/bank/invitation/") >= len(codes)
    assert token not in lines.getvalue()
    assert Client().get(path).status_code == 200
