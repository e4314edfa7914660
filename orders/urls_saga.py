"""Addresses for operators: the board, the pipeline, tasks for a person."""

from django.urls import URLPattern, path

from orders.pages import saga, saga_tasks, saga_unpaid

urlpatterns: list[URLPattern] = [
    path("", saga.board, name="saga"),
    path("pipeline/", saga.drawing, name="saga-pipeline"),
    path("tasks/", saga_tasks.person_tasks, name="saga-tasks"),
    path("tasks/history.csv", saga_tasks.history_csv, name="saga-tasks-csv"),
    path("tasks/<path:request_id>/retry/", saga_tasks.retry, name="saga-retry"),
    path("tasks/<path:request_id>/end/", saga_tasks.end, name="saga-end"),
    path("tasks/<path:request_id>/unpaid/", saga_unpaid.unpaid, name="saga-unpaid"),
    path("orders/<str:order_id>/", saga.order, name="saga-order"),
]
