"""Whom an agent looked for is in no log line, whatever goes wrong on the page."""

import io
import logging
from collections.abc import Iterator
from logging.config import DictConfigurator

import pytest
from django.contrib.auth.models import User
from django.test import Client

from messaging import logs

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Return what the log says, in the form in which it is kept."""
    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    # Made afresh: configuring takes its settings apart.
    said = logs.settings()
    form = said["formatters"]["structured"]
    handler.setFormatter(DictConfigurator(said).configure_formatter(form))
    logging.getLogger().addHandler(handler)
    yield kept
    logging.getLogger().removeHandler(handler)


def test_a_search_that_is_refused_is_logged_without_its_words(lines: io.StringIO) -> None:
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
    assert lines.getvalue().count("GET /televendas/") == 2
    assert "Mariazinha" not in lines.getvalue()
