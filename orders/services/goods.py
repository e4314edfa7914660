"""Goods and their stock: articles are made and changed, goods come in, wrong counts are corrected.

Whatever moves `on_hand` writes a movement in the same transaction, so that their sum is always what
lies on the shelf; whoever did it stands on the movement.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.db.models import F

from messaging.whole import run_whole
from orders.models import Product, ProductChange, StockMovement

MOST_UNITS: Final = 100_000
"""How many units one receipt or correction moves at most."""
_SKU: Final = re.compile(r"[A-Z0-9][A-Z0-9._-]{0,31}", re.ASCII)


class GoodsError(Exception):
    """The act was not done and nothing was changed; the class says why."""


class UnknownProductError(GoodsError):
    """No article has this SKU or barcode."""


class AmbiguousBarcodeError(GoodsError):
    """Several articles have this barcode: the SKU tells which."""


class KnownSkuError(GoodsError):
    """There is an article with this SKU already."""


class BadQuantityError(GoodsError):
    """The quantity is none that can be moved."""


class NotEnoughError(GoodsError):
    """More would be taken off the shelf than is not reserved; `available` says how many are not."""

    def __init__(self, available: int) -> None:
        """Keep how many can be taken off."""
        super().__init__(available)
        self.available = available


class KeyReusedError(GoodsError):
    """Something else was sent under this key before."""


class Why(StrEnum):
    """Why the stock was wrong."""

    COUNTED = "counted"
    DAMAGED = "damaged"
    EXPIRED = "expired"
    LOST = "lost"
    FOUND = "found"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What staff say of an article; the price is in cents."""

    sku: str
    name_en: str
    name_pt: str
    price_cents: int
    shelf: str
    barcode: str = ""
    text_en: str = ""
    text_pt: str = ""
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Moved:
    """A movement, and whether it had been written before under its key."""

    movement: StockMovement
    is_replay: bool


CHANGEABLE: Final = (
    "name_en",
    "name_pt",
    "text_en",
    "text_pt",
    "price_cents",
    "shelf",
    "barcode",
    "is_active",
)


def add_product(article: Article, *, now: datetime) -> Product:
    """Make an article of which nothing is there yet.

    Raises KnownSkuError, TryAgainError, and ValueError for what is no SKU.
    """
    if _SKU.fullmatch(article.sku) is None:
        raise ValueError("not a SKU")
    facts = {name: getattr(article, name) for name in CHANGEABLE}

    def work() -> Product:
        made, is_new = Product.objects.get_or_create(
            sku=article.sku, defaults={**facts, "created_at": now}
        )
        if not is_new:
            raise KnownSkuError
        return made

    return run_whole(work)


def change_product(
    article: Article, *, actor: str, now: datetime, names: Collection[str] = CHANGEABLE
) -> list[str]:
    """Make the article as it is said to be; return the names of the fields that changed.

    Only `names` are touched: what somebody else has changed meanwhile stays theirs.
    Orders keep the price that they were placed at. Raises UnknownProductError.
    """

    def work() -> list[str]:
        product = _locked(article.sku)
        wanted = {name: getattr(article, name) for name in CHANGEABLE}
        before = {name: getattr(product, name) for name in CHANGEABLE}
        changed = [name for name in CHANGEABLE if name in names and wanted[name] != before[name]]
        if changed:
            Product.objects.filter(pk=product.pk).update(**{n: wanted[n] for n in changed})
        ProductChange.objects.bulk_create(
            ProductChange(
                product=product,
                field=name,
                before=str(before[name]),
                after=str(wanted[name]),
                actor=actor,
                at=now,
            )
            for name in changed
        )
        return changed

    return run_whole(work)


def receive(
    code: str, quantity: int, *, key: str, actor: str, now: datetime, note: str = ""
) -> Moved:
    """Put goods that came in on the shelf, by SKU or barcode; the same `key` counts once.

    Raises GoodsError.
    """
    sku = sku_of(code)
    if not 1 <= quantity <= MOST_UNITS:
        raise BadQuantityError
    movement = StockMovement(
        product_id=sku,
        kind=StockMovement.Kind.RECEIPT,
        quantity=quantity,
        reason=note,
        actor=actor,
        key=key,
        at=now,
    )
    return run_whole(lambda: _once(movement, _refuse_nothing))


def correct(
    sku: str, by: int, *, why: Why, key: str, actor: str, now: datetime, note: str = ""
) -> Moved:
    """Add `by` units, or take them off where it is negative, for a reason; one `key` counts once.

    What is reserved stays: raises NotEnoughError, and GoodsError.
    """
    if not 1 <= abs(by) <= MOST_UNITS:
        raise BadQuantityError
    movement = StockMovement(
        product_id=_known(sku),
        kind=StockMovement.Kind.CORRECTION,
        quantity=by,
        reason=f"{why}: {note}" if note else why.value,
        actor=actor,
        key=key,
        at=now,
    )
    return run_whole(lambda: _once(movement, _refuse_reserved))


def sku_of(code: str) -> str:
    """Return the SKU that a barcode or a SKU, in any case, stands for; raises GoodsError."""
    wanted = code.strip()
    found = list(Product.objects.filter(barcode=wanted).values_list("sku", flat=True)[:2])
    if wanted and len(found) == 1:
        return found[0]
    if wanted and len(found) > 1:
        raise AmbiguousBarcodeError
    return _known(wanted.upper())


def _known(sku: str) -> str:
    if not Product.objects.filter(pk=sku).exists():
        raise UnknownProductError
    return sku


def _locked(sku: str) -> Product:
    product = Product.objects.select_for_update().filter(pk=sku).first()
    if product is None:
        raise UnknownProductError
    return product


def _once(movement: StockMovement, refuse: Callable[[Product, int], None]) -> Moved:
    """Write the movement and move the stock, unless its key did so before."""
    before = StockMovement.objects.filter(key=movement.key).first()
    if before is not None:
        return Moved(_same(before, movement), is_replay=True)
    product = _locked(movement.product_id)
    refuse(product, movement.quantity)
    movement.pk = None
    movement.save(force_insert=True)
    moved = F("on_hand") + movement.quantity
    Product.objects.filter(pk=product.pk).update(on_hand=moved)
    return Moved(movement, is_replay=False)


def _same(before: StockMovement, wanted: StockMovement) -> StockMovement:
    told = [(each.product_id, each.kind, each.quantity) for each in (before, wanted)]
    if told[0] != told[1]:
        raise KeyReusedError
    return before


def _refuse_nothing(_product: Product, _by: int) -> None:
    return


def _refuse_reserved(product: Product, by: int) -> None:
    if product.available + by < 0:
        raise NotEnoughError(product.available)
