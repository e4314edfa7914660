"""Makes the demo's accounts and people, and tells scripts about them in var/demo.json."""

import os
import secrets
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import Account
from accounts.services import create_account, tie_user
from bank_grpc.models import Card
from bank_grpc.services.cards import issue_card
from bank_grpc.services.holders import accept, invite
from config.banco1 import access
from config.launcher import demo
from orders.services.demo import keep_demo_shop
from televendas.services.demo import keep_demo_opt_outs

MERCHANTS = {"Padaria Aurora": "aurora", "Livraria Horizonte": "horizonte", "Loja Marola": "marola"}
HOLDERS = {"Ana Souza": 500_000, "Bruno Lima": 100_000}
"""Who has a demo card, and its limit in cents."""
GROUPS = {"agent": settings.TELEVENDAS_GROUP, "warehouse": settings.WAREHOUSE_GROUP}
STAFF = "operator"
AGENT = "agente"
WAREHOUSE = "estoque"
"""Who picks: sees pick lists and stock."""
SHOP = "Mercearia Trilho"
"""The shop's name, under which its payments stand on statements."""
CARDHOLDER = "ana"
"""Who signs in as the holder of the first demo card."""


class Command(BaseCommand):
    help = "Make the demo's accounts, people, cards and shop; a second run keeps them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--base-url", default="http://127.0.0.1:8000")
        parser.add_argument("--websocket-url", default="ws://127.0.0.1:8001/ws/panel/")
        parser.add_argument("--metrics", nargs="*", default=[], metavar="NAME=URL")

    def handle(self, **options: Any) -> None:
        if not getattr(settings, "DEMO_DATA_ALLOWED", True):
            raise CommandError("demo data with secrets in clear is for development only")
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        keep_demo_opt_outs(timezone.now())
        keep_demo_shop(timezone.now())
        before = demo.read(settings.VAR_DIR)
        cards = kept_cards(before) or make_cards()
        people = before if is_still_true(before) else make_people()
        content = {
            "base_url": options["base_url"],
            "websocket_url": options["websocket_url"],
            "bootstrap_servers": settings.KAFKA_BOOTSTRAP_SERVERS,
            "accounts": people["accounts"],
            "shop_account": kept_shop(before) or make_account(SHOP),
            "logins": with_cardholder(people["logins"], cards[0]["card_id"]),
            "bank_address": settings.BANK_ADDRESS,
            "cards": cards,
            "metrics": dict(pair.split("=", 1) for pair in options["metrics"]),
            **beside(),
        }
        path = demo.write(settings.VAR_DIR, content)
        self.stdout.write(f"Demo accounts and logins are in {path}")


def beside() -> dict[str, Any]:
    """Return how to enter what runs beside the product, by the environment: Banco 1 or nothing."""
    bank = access.by_environment(os.environ)
    return {access.KEY: bank.as_dict()} if bank else {}


def is_still_true(content: dict[str, Any]) -> bool:
    """Tell whether the database still knows every account and login of the file's content."""
    accounts = [account["id"] for account in content.get("accounts", [])]
    names = [login["username"] for login in content.get("logins", [])]
    return (
        bool(accounts)
        and {AGENT, WAREHOUSE} <= set(names)
        and Account.objects.filter(id__in=accounts).count() == len(accounts)
        and get_user_model().objects.filter(username__in=names).count() == len(names)
    )


@transaction.atomic
def make_people() -> dict[str, list[dict[str, str]]]:
    """Make accounts and users with fresh secrets; return both as var/demo.json lists them."""
    accounts: list[dict[str, str]] = []
    logins = [make_login(STAFF, "staff"), make_login(AGENT, "agent")]
    logins.append(make_login(WAREHOUSE, "warehouse"))
    for name, username in MERCHANTS.items():
        accounts.append(make_account(name))
        logins.append(make_login(username, "merchant", accounts[-1]["id"]))
    return {"accounts": accounts, "logins": logins}


def make_account(name: str) -> dict[str, str]:
    """Make an account with a fresh secret."""
    account, secret = create_account(name)
    return {"id": account.id, "secret": secret}


def kept_shop(content: dict[str, Any]) -> dict[str, str]:
    """Return the shop's account of the file's content where the database still knows it."""
    account: dict[str, str] = content.get("shop_account", {})
    return account if Account.objects.filter(id=account.get("id", "")).exists() else {}


def kept_cards(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the cards of the file's content where the database still knows all of them."""
    cards: list[dict[str, Any]] = content.get("cards", [])
    ids = [card["card_id"] for card in cards]
    return cards if Card.objects.filter(id__in=ids).count() == len(ids) else []


@transaction.atomic
def make_cards() -> list[dict[str, Any]]:
    """Issue the demo's cards; return them as `issue_card` prints them."""
    now = timezone.now()
    return [
        issue_card(holder=holder, limit_cents=limit, actor="seed_demo", now=now).as_dict()
        for holder, limit in HOLDERS.items()
    ]


@transaction.atomic
def with_cardholder(logins: list[dict[str, str]], card_id: str) -> list[dict[str, str]]:
    """Return the logins with the one of the card's holder, who comes by an invitation."""
    held = Card.objects.filter(id=card_id, user__username=CARDHOLDER).exists()
    if held and any(each["username"] == CARDHOLDER for each in logins):
        return logins
    others = [each for each in logins if each["username"] != CARDHOLDER]
    password, now = secrets.token_urlsafe(9), timezone.now()
    # Somebody of an earlier demo, whose password nobody knows any more, makes room.
    get_user_model().objects.filter(username=CARDHOLDER).update(
        username=f"{CARDHOLDER}-{now:%Y%m%d%H%M%S%f}"
    )
    accept(invite(card_id, now=now), username=CARDHOLDER, password=password, now=now)
    return [*others, {"username": CARDHOLDER, "password": password, "role": "cardholder"}]


def make_login(username: str, role: str, account_id: str = "") -> dict[str, str]:
    """Make the user, or give the one of that name a new password, and tie it to the account."""
    password = secrets.token_urlsafe(9)
    user, _ = get_user_model().objects.get_or_create(username=username)
    user.is_superuser = role == "staff"
    # Agents work in the administration too, where they see what their group may.
    user.is_staff = role in {"staff", "agent"}
    user.set_password(password)
    user.save()
    if group := GROUPS.get(role):
        user.groups.add(Group.objects.get(name=group))
    if account_id:
        tie_user(user, account_id)
    return {"username": username, "password": password, "role": role}
