"""An order's link, which opens it for whoever has it, is in no line of any log."""

import io
import subprocess
import sys

import pytest
from django.test import Client

from orders.links import mac_of, path_of
from orders.tests.kit import made_order, made_product

# What the sockets' server does as it starts, and what it says of each socket.
_SERVER = """
import logging.config
import django
from uvicorn.config import LOGGING_CONFIG

logging.config.dictConfig(LOGGING_CONFIG)
django.setup()
logging.getLogger("uvicorn.error").info('%s - "WebSocket %s" [accepted]', "127.0.0.1:1", {path!r})
logging.getLogger("uvicorn.access").info(
    '%s - "%s %s HTTP/%s" %d', "127.0.0.1:1", "GET", {path!r}, "1.1", 404
)
"""


@pytest.mark.django_db
def test_what_is_refused_on_its_page_does_not_tell_it(log_lines: io.StringIO) -> None:
    made_product()
    order = made_order({"CAFE-1KG": 1})
    path = path_of(order)

    codes = [
        Client().put(path).status_code,
        Client(enforce_csrf_checks=True).post(f"{path}cancel/").status_code,
        Client().get(f"{path}more/").status_code,
    ]

    assert codes == [405, 403, 404]
    assert log_lines.getvalue().count(order.id) >= len(codes)
    assert mac_of(order.id) not in log_lines.getvalue()


def test_the_sockets_server_does_not_tell_it() -> None:
    path = f"/ws/orders/01a1ffe0-7f48-77f8-b889-f482a7f54905/{'ab12' * 8}/"

    ran = subprocess.run(
        [sys.executable, "-c", _SERVER.format(path=path)],
        capture_output=True,
        text=True,
        check=True,
    )

    said = ran.stdout + ran.stderr
    assert said.count("/ws/orders/01a1ffe0-7f48-77f8-b889-f482a7f54905/[hidden]/") == 2
    assert "ab12" not in said
