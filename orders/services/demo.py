"""Makes the demo's shop: a dozen articles with stock, a coupon, and a campaign that gives it."""

from datetime import datetime, timedelta
from typing import Final

from orders.models import Campaign, Coupon
from orders.services.goods import Article, KnownSkuError, add_product, receive

COUPON: Final = "BEMVINDO10"
CAMPAIGN: Final = "verao"
STOCK: Final = 500
"""How many of each article come in."""
_ACTOR: Final = "seed_demo"
_SPAN: Final = timedelta(days=365)
_USES: Final = 100_000

# SKU, English, Portuguese, cents, shelf.
_GOODS: Final = (
    ("CAFE-1KG", "Coffee beans, 1 kg", "Café em grãos, 1 kg", 8990, "A-01-1"),
    ("CAFE-250G", "Ground coffee, 250 g", "Café moído, 250 g", 2790, "A-01-2"),
    ("COADOR-PANO", "Cloth coffee filter", "Coador de pano", 1490, "A-02-1"),
    ("GARRAFA-1L", "Vacuum flask, 1 l", "Garrafa térmica, 1 l", 11900, "A-02-3"),
    ("XICARA-PAR", "Pair of cups", "Par de xícaras", 5600, "A-03-1"),
    ("CHA-MATE", "Mate tea, 500 g", "Chá-mate, 500 g", 1890, "B-01-1"),
    ("MEL-500G", "Wildflower honey, 500 g", "Mel silvestre, 500 g", 3450, "B-01-2"),
    ("DOCE-LEITE", "Caramel spread, 400 g", "Doce de leite, 400 g", 2650, "B-01-3"),
    ("CASTANHA-1KG", "Brazil nuts, 1 kg", "Castanha-do-pará, 1 kg", 9790, "B-02-1"),
    ("CHOCOLATE-70", "Dark chocolate, 70 %", "Chocolate amargo, 70 %", 2290, "B-02-2"),
    ("REDE-ALGODAO", "Cotton hammock", "Rede de algodão", 24900, "C-01-1"),
    ("PANELA-BARRO", "Clay pot, 3 l", "Panela de barro, 3 l", 15900, "C-02-1"),
)


def keep_demo_shop(now: datetime) -> None:
    """Make what is not there yet; a second time changes nothing."""
    for number, (sku, name_en, name_pt, price_cents, shelf) in enumerate(_GOODS, start=1):
        article = Article(
            sku=sku,
            name_en=name_en,
            name_pt=name_pt,
            price_cents=price_cents,
            shelf=shelf,
            barcode=_barcode(number),
        )
        try:
            add_product(article, now=now)
        except KnownSkuError:
            continue
        receive(sku, STOCK, key=f"demo:{sku}", actor=_ACTOR, now=now)
    _keep_campaign(now)


def _keep_campaign(now: datetime) -> None:
    Coupon.objects.get_or_create(
        code=COUPON,
        defaults={
            "percent": 10,
            "valid_from": now,
            "valid_until": now + _SPAN,
            "uses": _USES,
        },
    )
    Campaign.objects.get_or_create(
        slug=CAMPAIGN,
        defaults={
            "title_en": "Ten per cent off the summer",
            "title_pt": "Verão com dez por cento de desconto",
            "text_en": "Tell us who you are, and the coupon is yours.",
            "text_pt": "Conte-nos quem você é, e o cupom é seu.",
            "coupon_id": COUPON,
            "created_at": now,
        },
    )


def _barcode(number: int) -> str:
    """Return an EAN-13 of Brazil's prefix."""
    digits = f"7890000{number:05}"
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-weighted % 10}"
