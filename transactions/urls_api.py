"""The gateway's addresses under `/api/v1/`."""

from django.urls import URLPattern, URLResolver, path

from transactions.api import webhooks
from transactions.api.accept import AcceptTransaction
from transactions.api.export import ExportTransactions, GetExport
from transactions.api.read import GetSummary, GetTimeline, GetTransaction, ListTransactions


class Transactions(AcceptTransaction, ListTransactions):
    """The two operations that share one address."""


urlpatterns: list[URLPattern | URLResolver] = [
    path("transactions", Transactions.as_view(), name="transactions"),
    path("transactions/export", ExportTransactions.as_view(), name="transactions-export"),
    path("transactions/<str:transaction_id>", GetTransaction.as_view(), name="transaction"),
    path("transactions/<str:transaction_id>/timeline", GetTimeline.as_view(), name="timeline"),
    path("exports/<str:export_id>", GetExport.as_view(), name="export"),
    path("summary", GetSummary.as_view(), name="summary"),
    path("webhooks", webhooks.Webhooks.as_view(), name="webhooks"),
    path("webhooks/<str:webhook_id>", webhooks.OneWebhook.as_view(), name="webhook"),
    path(
        "webhooks/<str:webhook_id>/attempts", webhooks.Attempts.as_view(), name="webhook-attempts"
    ),
    path(
        "webhooks/attempts/<str:attempt_id>/resend",
        webhooks.Resend.as_view(),
        name="webhook-resend",
    ),
]
