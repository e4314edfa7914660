"""The gateway as a textbook would write it: ModelSerializer, ORM, one save after the other.

The same tables, the same three writes, the same authentication (an HMAC that is looked up) and the
same server as ours; the middleware is what `startproject` writes.
"""

import hashlib
import hmac
import json
from base64 import b64decode
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import path
from rest_framework import serializers, status
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from uuid_utils.compat import uuid7

from accounts.models import AccountSecret
from accounts.services import digests
from accounts.services.verified import Merchant
from cards.installation import vault
from cards.rules import brand_of
from messaging.models import OutboxMessage
from transactions.models import IdempotencyKey, Transaction


class CardSerializer(serializers.Serializer[Any]):
    """The card that was posted."""

    number = serializers.RegexField(r"^[0-9]{12,19}$")
    holder = serializers.CharField(min_length=2, max_length=100)
    expiration_month = serializers.IntegerField()
    expiration_year = serializers.IntegerField(min_value=1000, max_value=9999)
    cvv = serializers.RegexField(r"^[0-9]{3,4}$")


class TransactionSerializer(serializers.ModelSerializer[Transaction]):
    """The transaction, in and out."""

    amount = serializers.DecimalField(max_digits=14, decimal_places=2, write_only=True)
    card = CardSerializer(write_only=True)

    class Meta:
        model = Transaction
        fields = (
            "id",
            "account_id",
            "status",
            "amount",
            "amount_cents",
            "currency",
            "card",
            "card_brand",
            "card_last4",
            "description",
            "metadata",
            "error_code",
            "error_message",
            "created_at",
            "processed_at",
        )
        read_only_fields = tuple(
            set(fields) - {"amount", "currency", "card", "description", "metadata"}
        )

    def create(self, validated_data: dict[str, Any]) -> Transaction:
        """Save the row."""
        card = validated_data.pop("card")
        amount = validated_data.pop("amount")
        return Transaction.objects.create(
            id=str(uuid7()),
            amount_cents=int(amount * 100),
            card_brand=brand_of(card["number"]) or "",
            card_last4=card["number"][-4:],
            card_expiration_month=card["expiration_month"],
            card_expiration_year=card["expiration_year"],
            card_holder=card["holder"],
            card_token=vault().fingerprint(card["number"]),
            created_at=datetime.now(UTC),
            **validated_data,
        )


class HmacAuthentication(BaseAuthentication):
    """Basic, the secret's HMAC looked up through the ORM."""

    def authenticate(self, request: Request) -> tuple[Merchant, Merchant]:
        """Return the merchant."""
        encoded = request.headers["Authorization"].partition(" ")[2]
        account_id, _, secret = b64decode(encoded).decode().partition(":")
        kept = AccountSecret.objects.select_related("account").filter(
            account_id=account_id, revoked_at__isnull=True
        )
        for each in kept:
            digest = digests.digest_of(secret, each.pepper_id)
            if hmac.compare_digest(digest, each.digest):
                merchant = Merchant(account_id, each.account.name, str(each.pk))
                return merchant, merchant
        raise AuthenticationFailed


class TransactionView(APIView):
    """`POST /api/v1/transactions`."""

    authentication_classes = (HmacAuthentication,)
    permission_classes = (IsAuthenticated,)

    def post(self, request: Request) -> Response:
        """Save row, key and event in one transaction."""
        serializer = TransactionSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        merchant: Any = request.auth
        account_id = merchant.account_id
        with transaction.atomic():
            row = serializer.save(account_id=account_id)
            key = f"{account_id}:{request.headers['Idempotency-Key']}".encode()
            body = json.dumps(request.data, sort_keys=True).encode()
            IdempotencyKey.objects.create(
                id=hmac.digest(settings.SECRET_KEY.encode(), key, hashlib.sha256).hex()[:43],
                transaction_id=row.id,
                fingerprints=hmac.digest(b"k", body, hashlib.sha256).hex(),
                created_at=row.created_at,
            )
            OutboxMessage.objects.create(
                event_id=row.id,
                topic="transactions",
                key=row.id,
                headers=json.dumps({"ce_id": row.id, "ce_type": "transactions.received.v1"}),
                payload=self._payload(row, serializer.validated_data["card"]["number"]),
                created_at=row.created_at,
            )
        return Response(serializer.data, status=status.HTTP_202_ACCEPTED)

    def _payload(self, row: Transaction, number: str) -> bytes:
        event = {
            "id": row.id,
            "account_id": row.account_id,
            "amount": row.amount_cents / 100,
            "card": {"token": row.card_token, "sealed": vault().seal(number, context=row.id)},
            "created_at": row.created_at.isoformat(),
        }
        return json.dumps(event).encode()


urlpatterns = [path("api/v1/transactions", TransactionView.as_view())]
