"""`GET /transactions/export` and `/exports/{id}`: CSV as a stream, and its receipt."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

import rest
from transactions.api import base, docs
from transactions.domain.listing import FILTERS
from transactions.domain.request_shape import ShapeError
from transactions.models import Export
from transactions.services import export as exports


class CsvRenderer(BaseRenderer):
    """Names the representation; the stream itself is made by the service."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data: Any, *_args: Any, **_kwargs: Any) -> Any:
        """Return what is streamed as it is."""
        return data


class ExportTransactions(base.Operation):
    """Streams an account's decided transactions."""

    renderer_classes = (CsvRenderer,)

    @docs.EXPORT
    def get(self, request: Request) -> StreamingHttpResponse:
        """Export the decided transactions as CSV; `export_id` gives an earlier one again."""
        export = _export_for(request)
        answer = StreamingHttpResponse(
            exports.stream(export), content_type="text/csv; charset=utf-8"
        )
        answer["Export-Id"] = export.id
        answer["Content-Disposition"] = f'attachment; filename="transactions-{export.id}.csv"'
        return answer


class GetExport(base.Operation):
    """Shows the receipt of an export."""

    @docs.RECEIPT
    def get(self, request: Request, export_id: str) -> HttpResponse:
        """Return an export's receipt: what was asked, rows, sum in cents, SHA-256 of the bytes."""
        base.query_of(request, {})
        export = exports.find_export(base.merchant_of(request).account_id, export_id)
        return rest.json_answer(exports.receipt(export))


def _export_for(request: Request) -> Export:
    account_id = base.merchant_of(request).account_id
    values = base.query_of(request, {**FILTERS, "export_id": lambda text, _param: text})
    earlier = values.pop("export_id", None)
    if earlier is None:
        asked = {name: request.query_params[name] for name in values}
        return exports.start_export(account_id, asked, now=datetime.now(UTC))
    if values:
        raise ShapeError("invalid_value", next(iter(values)), "export_filter")
    return exports.find_export(account_id, earlier)
