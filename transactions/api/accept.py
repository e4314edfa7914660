"""`POST /transactions`: accept a transaction."""

from datetime import UTC, datetime
from typing import Final

from django.http import HttpResponse
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request

from transactions.api import base, bodies, docs
from transactions.domain.request_shape import ShapeError
from transactions.services import resource
from transactions.services.accept import accept
from transactions.services.order import Order

_LONGEST_KEY: Final = 255


class AcceptTransaction(base.Operation):
    """Accepts what has the right shape; whether it is approved is decided later, elsewhere."""

    @docs.ACCEPT
    def post(self, request: Request) -> HttpResponse:
        """Accept a transaction; the processor decides it in a moment."""
        raw = request._request  # noqa: SLF001 - the body as it came, past DRF's parsers
        meta = raw.META
        if not base.is_json(request):
            raise UnsupportedMediaType(meta.get("CONTENT_TYPE", ""))
        order = _order(
            bodies.read_posted(raw.body),
            account_id=base.merchant_of(request).account_id,
            key=_key(meta.get("HTTP_IDEMPOTENCY_KEY")),
            request_id=getattr(raw, "request_id", ""),
        )
        accepted = accept(order, now=datetime.now(UTC))
        answer = HttpResponse(
            resource.encode(accepted.resource), status=202, content_type="application/json"
        )
        answer["Location"] = f"/api/v1/transactions/{accepted.resource.id}"
        if accepted.is_replay:
            answer["Idempotent-Replayed"] = "true"
        return answer


def _key(given: str | None) -> str | None:
    if given is None:
        return None
    if not (0 < len(given) <= _LONGEST_KEY and given.isascii() and given.isprintable()):
        raise ShapeError("invalid_value", "Idempotency-Key", "idempotency_key")
    return given


def _order(posted: bodies.Posted, *, account_id: str, key: str | None, request_id: str) -> Order:
    card = posted.card
    return Order(
        account_id=account_id,
        amount_cents=posted.amount_cents,
        currency=posted.currency,
        number=card.number,
        holder=card.holder,
        expiration_month=card.expiration_month,
        expiration_year=card.expiration_year,
        description=posted.description,
        metadata_json=resource.encode_metadata(posted.metadata).decode(),
        request_id=request_id,
        idempotency_key=key,
    )
