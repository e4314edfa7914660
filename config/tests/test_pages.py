"""The site's own pages without a browser: who gets in, what the policy is, what is kept."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from config import health
from config.health import HealthReport, Part, State

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _looked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at parts of our own making: no test waits for a broker that is not there."""
    parts = (Part("web", State.WELL), Part("kafka", State.DOWN, "_TRANSPORT"))
    monkeypatch.setattr(health, "report", HealthReport(lambda: parts))


class TestStart:
    def test_says_how_each_part_is(self, client: Client) -> None:
        text = client.get("/").content.decode()

        assert "1 part needs attention" in text
        assert "Not answering" in text

    def test_keeps_details_for_staff(self, client: Client, admin_client: Client) -> None:
        assert "_TRANSPORT" not in client.get("/").content.decode()
        assert "_TRANSPORT" in admin_client.get("/").content.decode()

    def test_leads_everybody_where_they_work(self, client: Client) -> None:
        text = client.get("/").content.decode()

        for name in ("panel", "api-docs", "admin:index"):
            assert f'href="{reverse(name)}"' in text


class TestPolicy:
    def test_lets_no_foreign_or_inline_script_run(self, client: Client) -> None:
        policy = client.get("/login/")["Content-Security-Policy"]

        assert "script-src 'self';" in f"{policy};"
        assert "unsafe" not in policy

    def test_opens_the_panel_to_its_own_socket_alone(self, admin_client: Client) -> None:
        policy = admin_client.get("/panel/")["Content-Security-Policy"]

        assert "connect-src 'self' ws://testserver:81/ws/panel/" in policy

    def test_gives_the_admin_what_its_theme_needs(self, admin_client: Client) -> None:
        policy = admin_client.get("/admin/")["Content-Security-Policy"]

        assert "script-src 'self' 'unsafe-eval'" in policy
        assert "script-src 'self' 'unsafe-inline'" not in policy


class TestSignIn:
    def test_is_the_one_door_of_the_admin_too(self, client: Client) -> None:
        answer = client.get("/admin/", follow=True)

        assert answer.redirect_chain[-1][0].startswith("/login/?next=")

    def test_guards_the_panel(self, client: Client) -> None:
        assert client.get("/panel/")["Location"] == "/login/?next=/panel/"

    def test_pauses_after_five_wrong_passwords(self, client: Client) -> None:
        User.objects.create_user("maria", password="the right one")

        for _ in range(5):
            answer = client.post("/login/", {"username": "maria", "password": "wrong"})

        assert answer.status_code == 429
        assert answer["Retry-After"] == "900"
        assert "Signing in is paused" in answer.content.decode()


class TestTheme:
    def test_is_kept_in_a_cookie_and_leads_back(self, client: Client) -> None:
        answer = client.post("/theme/", {"theme": "dark", "next": "/login/"})

        assert answer["Location"] == "/login/"
        assert 'data-theme="dark"' in client.get("/login/").content.decode()

    def test_leads_nowhere_else(self, client: Client) -> None:
        answer = client.post("/theme/", {"theme": "dark", "next": "https://elsewhere.example/"})

        assert answer["Location"] == "/"

    def test_takes_a_word_for_no_view(self, client: Client) -> None:
        answer = client.post("/theme/", {"theme": "dark", "next": "panel"})

        assert answer["Location"] == "panel"


def test_a_missing_page_says_so_in_the_site_s_own_frame(client: Client) -> None:
    answer = client.get("/nowhere/")

    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.content.decode()


def test_probes_answer(client: Client) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200
    assert b"django_http_requests" in client.get("/metrics").content
