"""Addresses for customers: account, sign-up, campaigns."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
