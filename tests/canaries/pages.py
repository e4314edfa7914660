"""Opens every page that could show a customer, and keeps what came: a process of the proof."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def main() -> None:
    """Write each answer into the folder that is the argument; fail where one is no page."""
    import django  # noqa: PLC0415  # settings come by the parent's environment

    django.setup()
    from django.conf import settings  # noqa: PLC0415  # needs Django

    settings.ALLOWED_HOSTS = ["*"]
    folder = Path(sys.argv[1])
    for number, (address, body) in enumerate(_pages()):
        folder.joinpath(f"{number:03}.page").write_bytes(address.encode() + b"\n" + body)


def _pages() -> Iterator[tuple[str, bytes]]:
    from django.contrib.auth.models import User  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from televendas.models import Customer  # noqa: PLC0415
    from televendas.tests.kit import agent  # noqa: PLC0415

    person = Customer.objects.filter(state=Customer.State.PRESENT).earliest("customer_id").person
    gone = Customer.objects.filter(state=Customer.State.DELETED).earliest("person").person
    addresses = {
        agent("canary-agent"): [
            "/televendas/",
            "/televendas/?q=Sintetica",
            "/televendas/customers.csv?reason=prova",
            f"/televendas/customers/{person}/",
            f"/televendas/customers/{gone}/",
            "/televendas/call/",
            "/televendas/opt-outs/",
            "/televendas/changes/",
        ],
        User.objects.create_superuser("canary-root"): list(_admin(person)),
    }
    for user, some in addresses.items():
        client = Client(raise_request_exception=False)
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        for address in some:
            answer: Any = client.get(address)
            if answer.status_code >= 500:
                raise RuntimeError(f"{address} answered {answer.status_code}")
            yield address, answer.getvalue()


def _admin(person: str) -> Iterator[str]:
    from django.contrib import admin  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    for model in admin.site._registry:
        meta = model._meta
        if meta.app_label in {"televendas", "messaging"}:
            yield reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    yield reverse("admin:televendas_customer_change", args=[person])


if __name__ == "__main__":
    main()
