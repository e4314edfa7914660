"""The shapes that OpenAPI shows; requests are judged by the domain, and a test compares the two."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from rest.docs import AnyProblemSerializer
from transactions.models import Status, Transaction

_AMOUNT = r"^[0-9]{1,12}(\.[0-9]{1,2})?$"


def _help(name: str) -> Any:
    return getattr(Transaction._meta.get_field(name), "help_text", "")  # noqa: SLF001 - Django's documented door


class NewCardSerializer(serializers.Serializer[Any]):
    """The card to charge; its number is sealed at once, its CVV is never stored."""

    number = serializers.RegexField(r"^[0-9]{12,19}$", help_text=_("12 to 19 digits."))
    holder = serializers.CharField(
        min_length=2, max_length=100, help_text=_("The name on the card: printable, no emoji.")
    )
    expiration_month = serializers.IntegerField(
        min_value=0, max_value=99, help_text=_("The month of expiry; rules judge it later.")
    )
    expiration_year = serializers.IntegerField(
        min_value=1000, max_value=9999, help_text=_("The year of expiry, four digits.")
    )
    cvv = serializers.RegexField(
        r"^[0-9]{3,4}$", help_text=_("3 digits; 4 for American Express. Never stored.")
    )


class NewTransactionSerializer(serializers.Serializer[Any]):
    """A transaction to accept."""

    amount = serializers.RegexField(
        _AMOUNT,
        help_text=_("Up to twelve digits and two decimals, as text or as a JSON number."),
    )
    currency = serializers.ChoiceField(
        choices=["BRL"], default="BRL", help_text=_("BRL, the only one today.")
    )
    card = NewCardSerializer()
    description = serializers.CharField(
        required=False, allow_blank=True, max_length=255, help_text=_help("description")
    )
    metadata = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=500),
        required=False,
        help_text=_("At most 20 keys of 1 to 40 characters, with texts of up to 500."),
    )


class CardSerializer(serializers.Serializer[Any]):
    """What may be seen of a card; null where another system's card is not known."""

    brand = serializers.CharField(help_text=_help("card_brand"))
    last4 = serializers.CharField(help_text=_help("card_last4"))
    expiration_month = serializers.IntegerField(
        allow_null=True, help_text=_help("card_expiration_month")
    )
    expiration_year = serializers.IntegerField(
        allow_null=True, help_text=_help("card_expiration_year")
    )
    holder = serializers.CharField(help_text=_help("card_holder"))


class TransactionSerializer(serializers.Serializer[Any]):
    """A transaction and its decision."""

    id = serializers.CharField(help_text=_help("id"))
    account_id = serializers.CharField(help_text=_help("account_id"))
    status = serializers.ChoiceField(choices=Status.choices, help_text=_help("status"))
    amount = serializers.CharField(help_text=_("The amount as text with two decimals."))
    currency = serializers.CharField(help_text=_help("currency"))
    card = CardSerializer()
    description = serializers.CharField(help_text=_help("description"))
    metadata = serializers.DictField(child=serializers.CharField(), help_text=_help("metadata"))
    error_code = serializers.CharField(help_text=_help("error_code"))
    error_message = serializers.CharField(help_text=_help("error_message"))
    created_at = serializers.DateTimeField(help_text=_help("created_at"))
    processed_at = serializers.DateTimeField(allow_null=True, help_text=_help("processed_at"))


class TransactionListSerializer(serializers.Serializer[Any]):
    """One page of transactions."""

    data = TransactionSerializer(many=True)  # type: ignore[assignment]  # the contract's own name
    has_more = serializers.BooleanField(help_text=_("Whether a further page exists."))
    next_cursor = serializers.CharField(allow_null=True, help_text=_("Where it begins."))


class StepSerializer(serializers.Serializer[Any]):
    """One step on a transaction's way."""

    step = serializers.ChoiceField(
        choices=["received", "sent", "decided", "result_read", "shown", "webhook"]
    )
    at = serializers.DateTimeField()
    detail = serializers.DictField(help_text=_("For `sent`: topic, partition and offset."))


class TimelineSerializer(serializers.Serializer[Any]):
    """The steps that were made so far."""

    data = StepSerializer(many=True)  # type: ignore[assignment]  # the contract's own name


class TotalSerializer(serializers.Serializer[Any]):
    """How many, and how much."""

    count = serializers.IntegerField()
    amount = serializers.CharField()


class SummarySerializer(serializers.Serializer[Any]):
    """Totals that close: received is approved, rejected and pending together."""

    received = TotalSerializer()
    approved = TotalSerializer()
    rejected = TotalSerializer()
    pending = TotalSerializer()


class ReceiptSerializer(serializers.Serializer[Any]):
    """The receipt of an export."""

    id = serializers.CharField()
    filter = serializers.DictField(child=serializers.CharField())
    as_of = serializers.DateTimeField()
    rows = serializers.IntegerField()
    amount_cents = serializers.IntegerField()
    sha256 = serializers.CharField()


class ProblemSerializer(AnyProblemSerializer):
    """An error; switch on `code`, show `title` and `detail`, quote `request_id` to us."""

    fields = serializers.ListField(  # type: ignore[assignment]
        child=serializers.CharField(),
        required=False,
        help_text=_("For idempotency_key_reused: the fields that differ."),
    )
