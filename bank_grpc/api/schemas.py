"""The bank's bodies and answers, as OpenAPI describes them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from bank_grpc.domain.closing import CLOSING_DAYS
from rest.docs import AnyProblemSerializer

_AMOUNT = r"^[0-9]{1,12}(\.[0-9]{1,2})?$"


class NewBankCardSerializer(serializers.Serializer[Any]):
    """A card to issue."""

    holder = serializers.CharField(min_length=2, max_length=100)
    limit = serializers.RegexField(_AMOUNT, help_text=_("In BRL, such as 1000.00."))


class NewLimitSerializer(serializers.Serializer[Any]):
    """A limit to set."""

    limit = serializers.RegexField(_AMOUNT, help_text=_("In BRL, such as 1000.00."))


class NewClosingDaySerializer(serializers.Serializer[Any]):
    """A closing day to set."""

    closing_day = serializers.IntegerField(
        min_value=CLOSING_DAYS[0], max_value=CLOSING_DAYS[-1], help_text=_("Day of the month.")
    )


class ClosingDaySerializer(serializers.Serializer[Any]):
    """The day on which a card's invoices close."""

    id = serializers.CharField()
    closing_day = serializers.IntegerField()
    since = serializers.CharField(
        help_text=_("The first month that closes on it, as YYYY-MM; empty where all do.")
    )


class IssuedCardSerializer(serializers.Serializer[Any]):
    """A card just issued or replaced: the one time that number and CVV are shown."""

    card_id = serializers.CharField()
    holder = serializers.CharField()
    number = serializers.CharField()
    expiration_month = serializers.IntegerField()
    expiration_year = serializers.IntegerField()
    cvv = serializers.CharField()


class CardStateSerializer(serializers.Serializer[Any]):
    """A card and how it stands."""

    id = serializers.CharField()
    holder = serializers.CharField()
    last4 = serializers.CharField()
    status = serializers.ChoiceField(choices=["active", "blocked"])
    limit = serializers.CharField()
    used = serializers.CharField(help_text=_("Negative where the bank owes the holder."))
    available = serializers.CharField()


class CardListSerializer(serializers.Serializer[Any]):
    """The cards that may be seen."""

    data = CardStateSerializer(many=True)  # type: ignore[assignment]  # the contract's own name
    has_more = serializers.BooleanField()
    next_cursor = serializers.CharField(allow_null=True)


class CheckoutCardSerializer(serializers.Serializer[Any]):
    """The card that pays; it is stored nowhere."""

    number = serializers.RegexField(r"^[0-9]{12,19}$")
    holder = serializers.CharField(min_length=2, max_length=100)
    expiration_month = serializers.IntegerField(min_value=1, max_value=12)
    expiration_year = serializers.IntegerField(min_value=1000, max_value=9999)
    cvv = serializers.RegexField(r"^[0-9]{3,4}$")


class NewCheckoutSerializer(serializers.Serializer[Any]):
    """A payment."""

    amount = serializers.RegexField(_AMOUNT, help_text=_("As text or as a JSON number."))
    description = serializers.CharField(required=False, allow_blank=True, max_length=255)
    card = CheckoutCardSerializer()


class PaidCardSerializer(serializers.Serializer[Any]):
    """What is told of the card that has paid."""

    brand = serializers.CharField()
    last4 = serializers.CharField()


class CheckoutSerializer(serializers.Serializer[Any]):
    """An approved payment."""

    id = serializers.CharField(help_text=_("The bank's transaction-id."))
    status = serializers.ChoiceField(choices=["approved"])
    amount = serializers.CharField()
    currency = serializers.CharField()
    description = serializers.CharField()
    store = serializers.CharField()
    card = PaidCardSerializer()
    created_at = serializers.DateTimeField()


class StatementLineSerializer(serializers.Serializer[Any]):
    """One posted movement; amounts are positive, `kind` gives the sign."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(choices=["payment", "refund", "invoice_payment"])
    amount = serializers.CharField()
    store = serializers.CharField()
    description = serializers.CharField()
    authorised_at = serializers.DateTimeField()
    posted_at = serializers.DateTimeField()
    balance_after = serializers.CharField()


class StatementSerializer(serializers.Serializer[Any]):
    """One page of a statement."""

    data = StatementLineSerializer(many=True)  # type: ignore[assignment]  # the contract's own name
    has_more = serializers.BooleanField()
    next_cursor = serializers.CharField(allow_null=True)


class InvoiceLineSerializer(StatementLineSerializer):
    """A line of an invoice: a whole movement, or one instalment; below zero for a refund."""

    instalment = serializers.IntegerField()
    instalments = serializers.IntegerField()


class InvoiceSerializer(serializers.Serializer[Any]):
    """A month's invoice with its lines."""

    month = serializers.CharField(help_text=_("YYYY-MM, the month in which it closes."))
    status = serializers.ChoiceField(choices=["open", "closed", "paid"])
    closing_date = serializers.DateField()
    due_date = serializers.DateField()
    total = serializers.CharField()
    minimum = serializers.CharField()
    paid = serializers.CharField()
    lines = InvoiceLineSerializer(many=True)


class InvoiceListSerializer(serializers.Serializer[Any]):
    """The card's invoices."""

    data = InvoiceSerializer(many=True)  # type: ignore[assignment]  # the contract's own name
    has_more = serializers.BooleanField()
    next_cursor = serializers.CharField(allow_null=True)


class InvoiceAmountSerializer(serializers.Serializer[Any]):
    """What to pay towards an invoice."""

    amount = serializers.RegexField(_AMOUNT)


class InvoicePaidSerializer(serializers.Serializer[Any]):
    """Money taken in."""

    id = serializers.CharField()
    amount = serializers.CharField()
    balance_after = serializers.CharField()
    available = serializers.CharField()


class BankProblemSerializer(AnyProblemSerializer):
    """An error; switch on `code`, show `title` and `detail`, quote `request_id` to us."""

    reason = serializers.CharField(required=False, help_text=_("For payment_refused."))
