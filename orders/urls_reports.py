"""Addresses of the reports."""

from django.urls import URLPattern, path

from orders.pages import reports

urlpatterns: list[URLPattern] = [
    path("", reports.page, name="reports"),
    path("days.csv", reports.days_file, name="reports-days"),
    path("orders.csv", reports.orders_file, name="reports-orders"),
]
