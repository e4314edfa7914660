"""Opt-outs are added and brought by the page; a phone in clear is never shown, kept or spooled."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from televendas.models import OptOut

pytestmark = pytest.mark.django_db(databases=["default", "televendas"])


def bring(client: Client, content: bytes) -> str:
    file = SimpleUploadedFile("list.csv", content, "text/csv")
    form = {"file": file, "effective_on": "2026-11-18"}
    answer = client.post(reverse("televendas:opt-out-import"), form, follow=True)
    return answer.content.decode()


def add(client: Client, phone: str) -> str:
    form = {"phone": phone, "effective_on": "2026-11-18"}
    return client.post(reverse("televendas:opt-out-add"), form, follow=True).content.decode()


class TestAdd:
    def test_keeps_a_hash(self, agents_client: Client) -> None:
        page = add(agents_client, "(11) 98765-4321")

        assert "The phone is on the list." in page
        assert "98765" not in page
        assert OptOut.objects.get().added_by == "agente"

    def test_says_what_is_no_phone(self, agents_client: Client) -> None:
        assert "This is no phone number." in add(agents_client, "12")

    def test_says_what_is_known(self, agents_client: Client) -> None:
        add(agents_client, "+5511987654321")

        assert "on the list already" in add(agents_client, "+5511987654321")


class TestImport:
    def test_takes_a_file_and_tells_what_it_could_not_read(self, agents_client: Client) -> None:
        page = bring(agents_client, b"phone\n+5511987654321\nnobody\n+5511911112222;2026-12-01\n")

        assert "2 phones are new on the list." in page
        assert "1 line has no phone: 3." in page
        assert OptOut.objects.count() == 2

    def test_is_not_upset_by_what_is_no_text(self, agents_client: Client) -> None:
        assert "0 phones are new" in bring(agents_client, bytes(range(128, 256)) * 50)

    def test_refuses_what_would_be_spooled_to_disk(
        self, agents_client: Client, settings: Any
    ) -> None:
        page = bring(agents_client, b"+5511987654321\n" * 180_000)

        assert "at most 2 MB" in page
        assert not OptOut.objects.exists()

    def test_is_guarded_against_forgery(self, agents_client: Client) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = agents_client.cookies

        answer = strict.post(reverse("televendas:opt-out-import"), {"effective_on": "2026-11-18"})

        assert answer.status_code == 403
