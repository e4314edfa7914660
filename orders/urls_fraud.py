"""Addresses of the fraud review."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
