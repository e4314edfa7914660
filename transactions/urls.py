"""The panel's addresses for its own page, under `/panel/`."""

from django.urls import URLPattern, URLResolver, path

from transactions.live import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("stats/", views.stats, name="panel-stats"),
    path("transactions/", views.history, name="panel-history"),
    path("transactions.csv", views.sheet, name="panel-sheet"),
    path("transactions/<str:transaction_id>/timeline/", views.timeline, name="panel-timeline"),
]
