"""Addresses of the shop: goods, basket, checkout, the order's own page."""

from django.urls import URLPattern, path

from orders.pages import basket, shop

urlpatterns: list[URLPattern] = [
    path("shop/", shop.shop, name="shop"),
    path("shop/basket/", basket.basket, name="basket"),
    path("shop/basket/add/", basket.add, name="basket-add"),
    path("shop/basket/change/", basket.change, name="basket-change"),
    # Last, since it takes any word.
    path("shop/<str:sku>/", shop.product, name="product"),
]
