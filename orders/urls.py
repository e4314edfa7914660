"""Every page of the shop, by who it is for."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "orders"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("orders.urls_shop")),
    path("", include("orders.urls_people")),
    path("warehouse/", include("orders.urls_warehouse")),
    path("fraud/", include("orders.urls_fraud")),
    path("saga/", include("orders.urls_saga")),
    path("reports/", include("orders.urls_reports")),
]
