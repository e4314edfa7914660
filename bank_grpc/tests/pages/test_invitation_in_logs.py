"""An invitation that still works is in no log line, whatever goes wrong on its page."""

import io

import pytest
from django.test import Client
from django.utils import timezone

from bank_grpc.services import holders
from bank_grpc.tests.services.kit import issued

pytestmark = pytest.mark.django_db(transaction=True)


def test_neither_a_refused_form_nor_a_foreign_one_tells_it(log_lines: io.StringIO) -> None:
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
    assert log_lines.getvalue().count("/bank/invitation/") >= len(codes)
    assert token not in log_lines.getvalue()
    assert Client().get(path).status_code == 200
