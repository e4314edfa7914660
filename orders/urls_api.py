"""REST addresses of the shop."""

from django.urls import URLPattern, path

from orders.api import orders, products

urlpatterns: list[URLPattern] = [
    path("products", products.Products.as_view(), name="products-api"),
    path("orders", orders.Orders.as_view(), name="orders-api"),
    path("orders/<str:order_id>", orders.OneOrder.as_view(), name="order-api"),
    path("orders/<str:order_id>/cancel", orders.CancelOrder.as_view(), name="order-cancel-api"),
]
