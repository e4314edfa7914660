"""The phrases that the panel's scripts say, in the reader's language."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def phrases() -> dict[str, Any]:
    """Return every phrase by its name; `{n}` and the like are filled in by the page."""
    return {
        "status": _statuses(),
        "reason": _reasons(),
        "connection": _connection(),
        "step": _steps(),
        "feed": _feed(),
        "past": _past(),
        "tile": _tiles(),
    }


def _statuses() -> dict[str, str]:
    return {
        "pending": pgettext("transaction", "In flight"),
        "approved": pgettext("transaction", "Approved"),
        "rejected": pgettext("transaction", "Rejected"),
    }


def _reasons() -> dict[str, str]:
    return {
        "invalid_card_number": _("Invalid number"),
        "invalid_expiration_month": _("Invalid month"),
        "invalid_expiration_year": _("Card expired"),
        "amount_below_minimum": _("Below minimum"),
        "amount_above_maximum": _("Above maximum"),
    }


def _connection() -> dict[str, Any]:
    return {
        "connecting": _("Connecting"),
        "live": _("Live"),
        "stale": _("Stale since {time}"),
        "waiting": _("Reconnecting in {n} s"),
        "offline": _("Offline"),
        "denied": _("Not allowed from this address"),
        "restored": {
            "one": _("Connection restored; {n} event fetched that was missed"),
            "other": _("Connection restored; {n} events fetched that were missed"),
        },
        "lost": _("Connection lost. What is shown is kept; the page reconnects by itself."),
        "healed": {"one": _("{n} gap healed"), "other": _("{n} gaps healed")},
        "healedEvents": {
            "one": _("{n} missed event fetched"),
            "other": _("{n} missed events fetched"),
        },
        "reset": _("The log began anew; the list starts over."),
    }


def _steps() -> dict[str, str]:
    return {
        "received": pgettext("step", "Received"),
        "sent": _("Sent to Kafka"),
        "decided": pgettext("step", "Decided"),
        "result_read": _("Result read"),
        "shown": _("Shown on a panel"),
        "webhook": _("Webhook"),
        "request_id": _("request"),
        "topic": _("topic"),
        "partition": _("partition"),
        "offset": _("offset"),
        "after": _("+{time}"),
        "missing": _("This transaction is not in the database yet. It may still be on its way."),
        "failed": _("The timeline could not be loaded. Nothing was changed."),
    }


def _feed() -> dict[str, Any]:
    return {
        "pause": _("Pause"),
        "resume": _("Resume"),
        "waiting": {"one": _("{n} new"), "other": _("{n} new")},
        "count": _("{shown} of {known}"),
        "counted": {"one": _("{n} transaction"), "other": _("{n} transactions")},
        "emptyTitle": _("No transactions yet"),
        "emptyText": _("They appear here as soon as one is posted to the API."),
        "noMatchTitle": _("Nothing matches the filters"),
        "noMatchText": _("Clear a filter, or wait: what matches will appear by itself."),
        "pastTitle": _("Nothing had been received by then"),
        "pastText": _("Choose a later moment, clear a filter, or go back to live."),
        "summary": _(
            "{received} received, {approved} approved, {rejected} rejected since the last word"
        ),
        "open": _("Open timeline of {id}"),
        "olderFailed": _("Older transactions could not be loaded. What is shown stays."),
    }


def _past() -> dict[str, str]:
    return {
        "now": _("Live: what happens now"),
        "asOf": _("As of {time}"),
        "backToLive": _("The list is live again."),
    }


def _tiles() -> dict[str, Any]:
    return {
        "approval": _("{share} approval rate"),
        "refusal": _("{share} of decided"),
        "open": _("does not close: {n} missing"),
        "sample": {"one": _("{n} decision, last 5 min"), "other": _("{n} decisions, last 5 min")},
        "noSample": _("no decision in the last 5 min"),
        "none": pgettext("refusal", "none"),
    }
