"""Addresses for staff: goods, receipts, movements, pick lists."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
