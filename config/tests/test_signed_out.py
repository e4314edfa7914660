"""A button that is pressed after the session has ended: signing in leads back to its page."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

pytestmark = pytest.mark.django_db(databases="__all__")
_HOST = "http://testserver"
# Addresses that take nothing but what a button sends, as staff, pickers and agents have them.
BUTTONS = [
    "/saga/tasks/order:1:cancel/retry/",
    "/warehouse/0192b9a0-0000-7000-8000-000000000000/done/",
    "/televendas/call/next/",
]


@pytest.mark.parametrize("button", BUTTONS)
def test_leads_to_the_page_of_the_button(client: Client, button: str) -> None:
    answer = client.post(button, headers={"referer": f"{_HOST}/saga/tasks/?page=2&q=a"})

    assert (answer.status_code, answer["Location"]) == (
        302,
        "/login/?next=/saga/tasks/%3Fpage%3D2%26q%3Da",
    )
    assert "nothing was done" in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("page", ["", "https://elsewhere.example/saga/tasks/", "javascript:1"])
def test_leads_home_where_the_page_is_not_known(client: Client, page: str) -> None:
    answer = client.post(BUTTONS[0], headers={"referer": page} if page else {})

    assert answer["Location"] == "/login/"


def test_signing_in_ends_on_a_page(client: Client) -> None:
    User.objects.create_superuser("ana", password="a long and rare phrase")
    sent = client.post(BUTTONS[0], headers={"referer": f"{_HOST}/saga/tasks/"})

    form = {"username": "ana", "password": "a long and rare phrase", "next": "/saga/tasks/"}
    answer = client.post(sent["Location"], form, follow=True)

    assert (answer.status_code, answer.redirect_chain) == (200, [("/saga/tasks/", 302)])


@pytest.mark.parametrize(("method", "path"), [("get", "/saga/"), ("post", BUTTONS[2])])
def test_takes_a_whole_page_to_the_login_whose_part_was_asked_for(
    client: Client, method: str, path: str
) -> None:
    sent = {"hx-request": "true", "referer": f"{_HOST}/saga/?a=1"}

    answer = getattr(client, method)(path, headers=sent)

    # A redirect would be followed by the script, and the login's page shown inside the other.
    assert (answer.status_code, answer["HX-Redirect"]) == (200, "/login/?next=/saga/%3Fa%3D1")
    assert "Location" not in answer
    assert answer.content == b""


def test_leaves_pages_that_were_only_looked_at(client: Client) -> None:
    answer = client.get("/saga/tasks/?page=2", headers={"referer": f"{_HOST}/saga/"})

    assert answer["Location"] == "/login/?next=/saga/tasks/%3Fpage%3D2"
    assert "nothing was done" not in client.get(answer["Location"]).content.decode()
