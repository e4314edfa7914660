"""Addresses for operators: the board, the pipeline, tasks for a person."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
