"""What the shop's pages draw and write that no other page does."""

import re
from typing import Final

from django import template
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from orders.models import Product
from orders.pictures import HEIGHT, WIDTH, picture_of

register = template.Library()

_UNIT: Final = re.compile(r"(?<=\d) (?=\S{1,2}$)")


@register.simple_tag
def picture(sku: str, width: int = WIDTH) -> SafeString:
    """Return the article's picture, `width` pixels wide; its name stands beside it in words."""
    drawn = mark_safe(picture_of(sku))  # noqa: S308 - made of our own strings alone
    size = format_html('width="{}" height="{}"', width, width * HEIGHT // WIDTH)
    return format_html(
        '<svg class="picture" viewBox="0 0 {} {}" {} aria-hidden="true">{}</svg>',
        *(WIDTH, HEIGHT, size, drawn),
    )


@register.filter
def article(product: Product) -> str:
    """Return the article's name in the reader's language; a number stays with its unit."""
    name = product.name_pt if reads_portuguese() else product.name_en
    return _UNIT.sub("\u00a0", name)


@register.filter
def about(product: Product) -> str:
    """Return what is said of the article in the reader's language."""
    return product.text_pt if reads_portuguese() else product.text_en


def reads_portuguese() -> bool:
    """Tell whether the reader's language is Portuguese."""
    return (translation.get_language() or "").startswith("pt")
