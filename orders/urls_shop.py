"""Addresses of the shop: goods, basket, checkout, the order's own page."""

from django.urls import URLPattern, path

from orders.pages import basket, checkout, notice, order, shop

urlpatterns: list[URLPattern] = [
    path("shop/", shop.shop, name="shop"),
    path("shop/basket/", basket.basket, name="basket"),
    path("shop/basket/add/", basket.add, name="basket-add"),
    path("shop/basket/change/", basket.change, name="basket-change"),
    path("shop/checkout/", checkout.checkout, name="checkout"),
    path("shop/notice/", notice.notice, name="notice"),
    path("orders/<str:order_id>/", order.mine, name="order-mine"),
    path("orders/<str:order_id>/<str:mac>/", order.order, name="order"),
    path("orders/<str:order_id>/<str:mac>/state/", order.state, name="order-state"),
    path("orders/<str:order_id>/<str:mac>/cancel/", order.cancelling, name="order-cancel"),
    # Last, since it takes any word.
    path("shop/<str:sku>/", shop.product, name="product"),
]
