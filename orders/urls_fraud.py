"""Addresses of the fraud review."""

from django.urls import URLPattern, path

from orders.pages import fraud, fraud_lists, fraud_rules

urlpatterns: list[URLPattern] = [
    path("", fraud.queue, name="fraud"),
    path("queue.csv", fraud.queue_csv, name="fraud-csv"),
    path("orders/<uuid:order_id>/", fraud.order, name="fraud-order"),
    path("orders/<uuid:order_id>/list/", fraud.list_subject, name="fraud-list"),
    path("lists/", fraud_lists.lists, name="fraud-lists"),
    path("lists.csv", fraud_lists.lists_csv, name="fraud-lists-csv"),
    path("lists/<int:entry_id>/remove/", fraud_lists.remove, name="fraud-unlist"),
    path("lists/<int:entry_id>/restore/", fraud_lists.restore, name="fraud-relist"),
    path("rules/", fraud_rules.rules, name="fraud-rules"),
    path("rules/add/", fraud_rules.add, name="fraud-rules-add"),
    path("rules/at/<str:version>/activate/", fraud_rules.activate, name="fraud-activate"),
    path("rules/at/<str:version>/shadow/", fraud_rules.shadow, name="fraud-shadow"),
    path("history/", fraud_lists.history, name="fraud-history"),
    path("history.csv", fraud_lists.history_csv, name="fraud-history-csv"),
]
