"""The admin's sidebar: what staff may see, grouped by what they come for."""

from typing import Any, Final

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Model (app.model, lower case) -> its icon; the order is the sidebar's.
GROUPS: Final = (
    (
        gettext_lazy("Payments"),
        {
            "transactions.transaction": "receipt_long",
            "transactions.decision": "gavel",
            "transactions.webhookendpoint": "webhook",
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
        gettext_lazy("Messages"),
        {
            "messaging.deadletter": "report",
            "messaging.outboxmessage": "outbox",
            "messaging.inboxentry": "inbox",
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


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the groups with the models that this person may see, strays in a last group."""
    models = _visible_models(request)
    groups = [_pages()]
    for title, icons in GROUPS:
        items = [_item(models.pop(key), icon) for key, icon in icons.items() if key in models]
        groups.append({"title": title, "separator": True, "items": items})
    strays = [_item(model, _OTHER_ICON) for model in models.values()]
    groups.append({"title": _("More"), "separator": True, "items": strays})
    return [group for group in groups if group["items"]]


def _visible_models(request: HttpRequest) -> dict[str, dict[str, Any]]:
    return {
        f"{app['app_label']}.{model['object_name'].lower()}": model
        for app in admin.site.get_app_list(request)
        for model in app["models"]
        if model["admin_url"]
    }


def _pages() -> dict[str, Any]:
    return {
        "title": "",
        "items": [
            {"title": _("Overview"), "icon": "home", "link": reverse("admin:index")},
            {"title": _("Panel"), "icon": "monitoring", "link": reverse("panel")},
        ],
    }


def _item(model: dict[str, Any], icon: str) -> dict[str, Any]:
    return {"title": model["name"], "icon": icon, "link": model["admin_url"]}
