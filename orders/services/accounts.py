"""Logins of the shop: signing up, the orders in one's list, and one's own record while it is that.

Nobody proves an e-mail or a document by typing it. A login is tied to a record only where it made
that record, or where every purchase in it was made by the same browser; and it sees the record only
while nobody else has written to it since.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from messaging.whole import run_whole
from orders.adapters import sealed
from orders.models import AccountOrder, Customer, Order, ShopAccount
from orders.services import erase as erasing
from orders.services import logins
from orders.services.customers import IsOwner, Person, enter
from orders.services.place import DOOR as PURCHASE

SIGN_UP: Final = "signup"
ACCOUNT: Final = "account"


class NameTakenError(Exception):
    """Somebody else signs in by that name."""


class NotYoursError(Exception):
    """The login may not see or change a record: it has none, or somebody else wrote to it."""


class Standing(StrEnum):
    """What a login is to the record of a person."""

    NONE = "none"
    OWN = "own"
    UNPROVEN = "unproven"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """Who signs up; `placed` are the orders that the same browser has placed before."""

    username: str
    password: str = field(repr=False)
    person: Person = field(repr=False)
    telesales: bool
    language: str
    placed: Collection[str] = ()


def sign_up(asked: SignUp, *, now: datetime) -> Any:
    """Make the login, enter the person, return the user; raises NameTakenError, TryAgainError."""
    # Slow by intent, so not inside the transaction.
    password = make_password(asked.password)
    return run_whole(lambda: _sign_up(asked, password, now))


def keep_own(user: Any, order: Order) -> None:
    """Put an order that was just placed into the list of whoever is signed in."""
    if user.is_authenticated:
        AccountOrder.objects.update_or_create(
            user=user, order=order, defaults={"is_own": True, "at": timezone.now()}
        )


def keep_opened(user: Any, order: Order) -> None:
    """Put an order whose link was opened into the list of a customer who is signed in."""
    if has_account(user):
        AccountOrder.objects.get_or_create(
            user=user, order=order, defaults={"is_own": False, "at": timezone.now()}
        )


def has_account(user: Any) -> bool:
    """Tell whether the login was made at the shop."""
    return user.is_authenticated and ShopAccount.objects.filter(pk=user.pk).exists()


def standing_of(user: Any) -> tuple[Standing, Customer | None]:
    """Return what the login is to its record, and the record where it may be seen."""
    account = _account_of(user)
    if account is None:
        return Standing.NONE, None
    customer = account.customer
    if customer is None or customer.erased_at is not None:
        return Standing.UNPROVEN, None
    placed = AccountOrder.objects.filter(user=user, is_own=True, order__customer=customer)
    times = list(placed.values_list("order__created_at", flat=True))
    later = customer.consents.filter(at__gt=account.known_at)
    if later.exclude(door=PURCHASE, at__in=times).exists():
        return Standing.CHANGED, None
    return Standing.OWN, customer


def person_of(user: Any) -> Person | None:
    """Return what the login's own record says, opened; None where it has none to see."""
    _standing, customer = standing_of(user)
    return None if customer is None else _opened(customer)


def owner_of(user: Any, placed: Collection[str]) -> IsOwner:
    """Return what tells which records are theirs who is at the page, for `customers.enter`.

    That is the login's own while it may see it; and a guest's, where all that was ever written to
    it came with orders that this browser has `placed`.
    """

    def is_theirs(customer: Customer) -> bool:
        if customer.user_id is not None:
            _standing, own = standing_of(user)
            return own is not None and own.pk == customer.pk
        mine = Order.objects.filter(pk__in=placed, customer=customer)
        times = list(mine.values_list("created_at", flat=True))
        others = customer.consents.exclude(door=PURCHASE, at__in=times)
        return bool(times) and not others.exists()

    return is_theirs


def change(user: Any, *, phone: str, opt_out: bool, language: str, now: datetime) -> None:
    """Change phone and consent of the login's own record; raises NotYoursError, TryAgainError."""
    run_whole(lambda: _change(user, phone, opt_out, language, now))


def erase(user: Any, *, now: datetime) -> Standing:
    """Erase the login, and its own record with it; return what it was to a record.

    Raises NotYoursError where the login was not made at the shop, `erase.OpenOrdersError` and
    TryAgainError; then nothing is erased.
    """
    return run_whole(lambda: _erase(user, now))


def _account_of(user: Any) -> ShopAccount | None:
    if not user.is_authenticated:
        return None
    return ShopAccount.objects.select_related("customer").filter(pk=user.pk).first()


def _sign_up(asked: SignUp, password: str, now: datetime) -> Any:
    users = get_user_model()._default_manager  # noqa: SLF001 - Django's door
    if users.filter(username=asked.username).exists():
        raise NameTakenError
    # First, since it is unique: a COMMIT whose answer was lost is found again by it.
    user = users.create(username=asked.username, password=password)
    customer = enter(
        asked.person,
        door=SIGN_UP,
        telesales=asked.telesales,
        language=asked.language,
        now=now,
        is_owner=owner_of(user, asked.placed),
    )
    placed = list(Order.objects.filter(pk__in=asked.placed))
    for order in placed:
        keep_own(user, order)
    is_own = _is_all_theirs(customer, placed, now)
    if is_own:
        customer.user = user
        customer.save(update_fields=["user"])
    ShopAccount.objects.create(user=user, customer=customer if is_own else None, known_at=now)
    return user


def _is_all_theirs(customer: Customer, placed: list[Order], now: datetime) -> bool:
    """Tell whether whatever was written to the record came from the browser that signs up."""
    if customer.user_id is not None:
        return False
    times = [order.created_at for order in placed if order.customer_id == customer.pk]
    before = customer.consents.exclude(door=SIGN_UP, at=now)
    return not before.exclude(door=PURCHASE, at__in=times).exists()


def _change(user: Any, phone: str, opt_out: bool, language: str, now: datetime) -> None:  # noqa: FBT001 - called here alone
    _standing, customer = standing_of(user)
    if customer is None:
        raise NotYoursError
    known = _opened(customer)
    person = Person(
        name=known.name,
        phone=phone,
        email=known.email,
        region=known.region,
        document=known.document,
    )
    entered = enter(
        person,
        door=ACCOUNT,
        telesales=not opt_out,
        language=language,
        now=now,
        is_owner=lambda found: found.pk == customer.pk,
    )
    if entered.pk != customer.pk:
        raise NotYoursError
    ShopAccount.objects.filter(pk=user.pk).update(known_at=now)


def _erase(user: Any, now: datetime) -> Standing:
    standing, customer = standing_of(user)
    if standing is Standing.NONE:
        raise NotYoursError
    AccountOrder.objects.filter(user=user).delete()
    ShopAccount.objects.filter(pk=user.pk).delete()
    if customer is not None:
        erasing.erase(customer.pk, now)
    else:
        logins.blank(user.pk, f"erased-{user.pk}")
    return standing


def _opened(customer: Customer) -> Person:
    return Person(
        name=customer.name,
        phone=customer.phone,
        email=sealed.email_of(customer),
        region=customer.region,
        document=sealed.document_of(customer),
        address=sealed.address_of(customer),
    )
