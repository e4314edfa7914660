"""Addresses for operators: the board, the pipeline, tasks for a person."""

from django.urls import URLPattern, path

from orders.pages import saga

urlpatterns: list[URLPattern] = [
    path("", saga.board, name="saga"),
    path("pipeline/", saga.drawing, name="saga-pipeline"),
    path("tasks/", saga.person_tasks, name="saga-tasks"),
    path("tasks/<path:request_id>/retry/", saga.retry, name="saga-retry"),
    path("orders/<str:order_id>/", saga.order, name="saga-order"),
]
