"""Addresses for staff: goods, receipts, movements, pick lists."""

from django.urls import URLPattern, path

from orders.pages import goods, goods_acts, picking, picking_acts

urlpatterns: list[URLPattern] = [
    path("", picking.pick_lists, name="pick-lists"),
    path("lists.csv", picking.pick_lists_csv, name="pick-lists-csv"),
    path("goods/", goods.products, name="goods"),
    path("goods.csv", goods.products_csv, name="goods-csv"),
    path("goods/new/", goods_acts.new, name="good-new"),
    path("goods/receipt/", goods_acts.receipt, name="receipt"),
    path("goods/at/<str:sku>/", goods_acts.product, name="good"),
    path("goods/at/<str:sku>/correct/", goods_acts.correct, name="good-correct"),
    path("movements/", goods.movements, name="movements"),
    path("movements.csv", goods.movements_csv, name="movements-csv"),
    path("<uuid:order_id>/", picking.pick_list, name="pick-list"),
    path("<uuid:order_id>/print/", picking.print_list, name="pick-print"),
    path("<uuid:order_id>/claim/", picking_acts.claim, name="pick-claim"),
    path("<uuid:order_id>/release/", picking_acts.release, name="pick-release"),
    path("<uuid:order_id>/scan/", picking_acts.scan, name="pick-scan"),
    path("<uuid:order_id>/found/", picking_acts.found, name="pick-found"),
    path("<uuid:order_id>/short/<str:sku>/", picking_acts.short, name="pick-short"),
    path("<uuid:order_id>/done/", picking_acts.done, name="pick-done"),
    path("<uuid:order_id>/dispatch/", picking_acts.dispatch, name="pick-dispatch"),
    path("<uuid:order_id>/put-back/", picking_acts.put_back, name="pick-put-back"),
]
