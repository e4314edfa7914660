"""Addresses of the shop: goods, basket, checkout, the order's own page."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
