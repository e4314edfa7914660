"""The shop's bodies and answers, as OpenAPI describes them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from orders.domain.states import Status
from rest.docs import AnyProblemSerializer


class ProductSerializer(serializers.Serializer[Any]):
    """An article."""

    sku = serializers.CharField()
    name = serializers.CharField(help_text=_("In the language of Accept-Language."))
    price = serializers.CharField(help_text=_("In BRL, with two decimals."))
    stock = serializers.IntegerField(help_text=_("How many can be ordered now."))


class ProductListSerializer(serializers.Serializer[Any]):
    """One page of articles."""

    data = ProductSerializer(many=True)  # type: ignore[assignment]  # the contract's own name
    has_more = serializers.BooleanField()
    next_cursor = serializers.CharField(allow_null=True)


class OrderCustomerSerializer(serializers.Serializer[Any]):
    """Who buys; document, e-mail and address are kept encrypted."""

    name = serializers.CharField(min_length=2, max_length=100)
    phone = serializers.CharField(
        max_length=40, help_text=_("With the country's code, or a Brazilian number.")
    )
    email = serializers.CharField(max_length=254)
    document = serializers.CharField(help_text=_("A CPF, with or without points."))
    address = serializers.CharField(min_length=5, max_length=300)
    region = serializers.CharField(help_text=_("A state of Brazil, such as SP."))


class NewOrderLineSerializer(serializers.Serializer[Any]):
    """So many of an article; each article once."""

    sku = serializers.CharField(max_length=32)
    quantity = serializers.IntegerField(min_value=1, max_value=999)


class OrderCardSerializer(serializers.Serializer[Any]):
    """The card that is charged later; number and CVV are stored nowhere."""

    number = serializers.RegexField(r"^[0-9]{12,19}$")
    holder = serializers.CharField(min_length=2, max_length=100)
    expiration_month = serializers.IntegerField(min_value=1, max_value=12)
    expiration_year = serializers.IntegerField(min_value=1000, max_value=9999)
    cvv = serializers.RegexField(r"^[0-9]{3,4}$")


class NewOrderSerializer(serializers.Serializer[Any]):
    """An order to place."""

    customer = OrderCustomerSerializer()
    lines = serializers.ListField(child=NewOrderLineSerializer(), min_length=1, max_length=50)
    card = OrderCardSerializer()
    coupon = serializers.CharField(required=False, allow_null=True, allow_blank=True)
    telesales_opt_out = serializers.BooleanField(
        required=False,
        help_text=_("True: no calls. Left out, what the person said before stays."),
    )


class OrderLineSerializer(serializers.Serializer[Any]):
    """A line of an order."""

    sku = serializers.CharField()
    quantity = serializers.IntegerField()
    picked = serializers.IntegerField(
        allow_null=True, help_text=_("How many were found; null while nobody has looked.")
    )
    unit_price = serializers.CharField()


class OrderStepSerializer(serializers.Serializer[Any]):
    """A step on the order's way; one that has ended has no steps that will not come any more."""

    step = serializers.ChoiceField(
        choices=["stock", "fraud", "payment", "refund", "picking", "dispatch"]
    )
    state = serializers.ChoiceField(choices=["waiting", "done", "failed", "needs_person"])
    at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()


class OrderSerializer(serializers.Serializer[Any]):
    """An order and how far it is; `status` moves only forward."""

    id = serializers.CharField()
    status = serializers.ChoiceField(choices=[each.value for each in Status])
    reason = serializers.CharField(help_text=_("Why it ended so; empty where there is no need."))
    total = serializers.CharField()
    refunded = serializers.CharField()
    lines = OrderLineSerializer(many=True)
    steps = OrderStepSerializer(many=True)
    created_at = serializers.DateTimeField()


class OrderProblemSerializer(AnyProblemSerializer):
    """An error; switch on `code`, show `title` and `detail`, quote `request_id` to us."""

    reason = serializers.CharField(
        required=False, help_text=_("For card_refused and coupon_invalid.")
    )
    fields = serializers.ListField(  # type: ignore[assignment]
        child=serializers.CharField(),
        required=False,
        help_text=_("For idempotency_key_reused: the fields that differ."),
    )
