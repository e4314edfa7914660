"""Whom an agent looked for is in no log line, whatever goes wrong on the page."""

import io

import pytest
from django.contrib.auth.models import User
from django.test import Client

pytestmark = pytest.mark.django_db(databases="__all__")


def test_a_search_that_is_refused_is_logged_without_its_words(log_lines: io.StringIO) -> None:
    client = Client()
    client.force_login(
        User.objects.create_user("nobody"), "django.contrib.auth.backends.ModelBackend"
    )

    codes = [
        client.get("/televendas/?q=Mariazinha").status_code,
        client.get("/televendas/customers/none/?q=Mariazinha").status_code,
        client.put("/televendas/?q=Mariazinha").status_code,
    ]

    assert codes == [403, 404, 405]
    assert log_lines.getvalue().count("GET /televendas/") == 2
    assert "Mariazinha" not in log_lines.getvalue()
