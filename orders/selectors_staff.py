"""What staff of the warehouse read: pick lists, goods, and every movement of stock."""

from orders.domain.picking import Line, by_shelf
from orders.models import OrderLine, PickLine


def lines_of(order_id: str) -> list[Line]:
    """Return the lines of an order's pick list as a person walks past them, prices in cents."""
    prices = dict(
        OrderLine.objects.filter(order_id=order_id).values_list("product_id", "unit_price_cents")
    )
    rows = PickLine.objects.filter(pick_list_id=order_id).select_related("product")
    return by_shelf(
        Line(
            sku=row.product_id,
            shelf=row.product.shelf,
            barcode=row.product.barcode,
            quantity=row.quantity,
            found=row.found,
            missing=row.missing,
            unit_price_cents=prices[row.product_id],
        )
        for row in rows
    )
