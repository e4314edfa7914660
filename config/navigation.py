"""The admin's sidebar: what staff may see, grouped by what they come for."""

from typing import Any, Final

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.selectors import may_see_payments, works_in_warehouse

# Model (app.model, lower case) -> its icon; the order is the sidebar's.
GROUPS: Final = (
    (
        gettext_lazy("Payments"),
        {
            "transactions.transaction": "receipt_long",
            "transactions.decision": "gavel",
            "transactions.webhook": "webhook",
            "transactions.webhookdelivery": "outgoing_mail",
            "transactions.webhookattempt": "send",
            "transactions.export": "download",
        },
    ),
    (
        gettext_lazy("Merchants"),
        {
            "accounts.account": "storefront",
            "accounts.accountsecret": "key",
            "accounts.lockout": "lock_clock",
        },
    ),
    (
        gettext_lazy("Bank"),
        {
            "bank_grpc.card": "credit_card",
            "bank_grpc.payment": "shopping_bag",
            "bank_grpc.refund": "undo",
            "bank_grpc.invoicepayment": "payments",
            "bank_grpc.cardchange": "policy",
        },
    ),
    (
        gettext_lazy("Shop"),
        {
            "orders.order": "shopping_cart",
            "orders.ordereventrow": "timeline",
            "orders.refunddue": "undo",
            "orders.persontask": "person_alert",
            "orders.tasktry": "replay",
            "orders.mail": "mail",
            "orders.product": "inventory_2",
            "orders.productchange": "edit_note",
            "orders.stockmovement": "swap_vert",
            "orders.stockhold": "lock_clock",
            "orders.picklist": "checklist",
            "orders.customer": "group",
            "orders.consent": "handshake",
            "orders.coupon": "sell",
            "orders.campaign": "campaign",
            "orders.fraudact": "policy",
        },
    ),
    (
        gettext_lazy("Telesales"),
        {
            "televendas.customer": "contacts",
            "televendas.callclaim": "phone_in_talk",
            "televendas.calloutcome": "call_end",
            "televendas.optout": "phone_disabled",
            "televendas.auditline": "policy",
            "televendas.erasure": "ink_eraser",
            "televendas.snapshot": "photo_library",
            "televendas.telesalesdeadletter": "report",
            "televendas.telesaleshalt": "front_hand",
        },
    ),
    (
        gettext_lazy("Messages"),
        {
            "messaging.deadletter": "report",
            "messaging.parkedrecord": "pause_circle",
            "messaging.redriverun": "replay",
            "messaging.consumerhalt": "front_hand",
            "messaging.outboxmessage": "outbox",
            "messaging.inboxentry": "inbox",
            "messaging.groupstart": "flag",
            "messaging.lease": "assignment_ind",
        },
    ),
    (
        gettext_lazy("People"),
        {
            "auth.user": "person",
            "auth.group": "group",
            "axes.accessattempt": "password",
            "axes.accessfailurelog": "password",
            "axes.accesslog": "login",
        },
    ),
)
_OTHER_ICON: Final = "table"
# What the packages call their own models says little to staff.
_TITLES: Final = {
    "messaging.groupstart": gettext_lazy("Starts of groups"),
    "messaging.lease": gettext_lazy("Leases"),
    "axes.accessattempt": gettext_lazy("Wrong passwords"),
    "axes.accessfailurelog": gettext_lazy("Failed sign-ins"),
    "axes.accesslog": gettext_lazy("Sign-ins"),
}


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the site's pages, then the groups with the models that this person may see."""
    groups = [
        {"title": title, "separator": True, "items": [_item(model, icon) for model, icon in models]}
        for title, models in _grouped(request)
    ]
    return [_pages(request), *groups]


def overview(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Show the models on the admin's first page in the sidebar's groups, not by package."""
    index = reverse("admin:index")
    context["app_list"] = [
        {
            "name": title,
            "app_url": index,
            "app_label": "",
            "models": [each for each, _icon in models],
        }
        for title, models in _grouped(request)
    ]
    context["title"] = _("Overview")
    return context


def _grouped(request: HttpRequest) -> list[tuple[Any, list[tuple[dict[str, Any], str]]]]:
    """Return title, and model with icon, of each group that is not empty; strays come last."""
    models = _visible_models(request)
    groups: list[tuple[Any, list[tuple[dict[str, Any], str]]]] = [
        (title, [(models.pop(key), icon) for key, icon in icons.items() if key in models])
        for title, icons in GROUPS
    ]
    groups.append((_("More"), [(model, _OTHER_ICON) for model in models.values()]))
    return [(title, members) for title, members in groups if members]


def _visible_models(request: HttpRequest) -> dict[str, dict[str, Any]]:
    found = {}
    for app in admin.site.get_app_list(request):
        for model in app["models"]:
            key = f"{app['app_label']}.{model['object_name'].lower()}"
            if model["admin_url"]:
                found[key] = {**model, "name": _TITLES.get(key, model["name"])}
    return found


def _pages(request: HttpRequest) -> dict[str, Any]:
    items = [{"title": _("Overview"), "icon": "home", "link": reverse("admin:index")}]
    if may_see_payments(request.user):
        items.append({"title": _("Panel"), "icon": "monitoring", "link": reverse("panel")})
        items.append({"title": _("Bank"), "icon": "credit_card", "link": reverse("bank:cards")})
        items.append({"title": _("Fraud"), "icon": "gpp_maybe", "link": reverse("orders:fraud")})
    if works_in_warehouse(request.user):
        link = reverse("orders:pick-lists")
        items.append({"title": _("Warehouse"), "icon": "warehouse", "link": link})
    if request.user.has_perm("televendas.view_customer"):
        link = reverse("televendas:customers")
        items.append({"title": _("Telesales"), "icon": "headset_mic", "link": link})
    return {"title": "", "items": items}


def _item(model: dict[str, Any], icon: str) -> dict[str, Any]:
    return {"title": model["name"], "icon": icon, "link": model["admin_url"]}
