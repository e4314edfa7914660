"""Where the database stays locked, staff of fraud are told to press again, and nothing is done."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client

from orders.domain.fraud_facts import Subject
from orders.models import FraudAct, FraudListEntry, FraudRuleSet, Order
from orders.services import rulesets
from orders.services.fraud_lists import Listing, ListName, put, take_off
from orders.tests.kit import NOW
from orders.tests.pages.clerk_kit import page_of
from orders.tests.services.fraud_kit import doubtful

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    """Give a doubtful order whose card stands on a list, and whose customer was taken off one."""
    found = doubtful()
    put(_listing(found, Subject.CARD), "clerk", NOW)
    take_off(put(_listing(found, Subject.CUSTOMER), "clerk", NOW).pk, "clerk", NOW)
    rulesets.add_shadow(_rules("second"), "clerk", NOW)
    return found


def _listing(order: Order, subject: Subject) -> Listing:
    return Listing(order_id=order.id, subject=subject, list_name=ListName.BLOCK)


def _rules(version: str) -> str:
    return rulesets.shipped("default").replace("2026-11-1", version)


def _locked_up(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    if "orders_fraud_act" in sql:
        raise OperationalError(1213, "Deadlock found when trying to get lock")
    return execute(sql, params, many, context)


@pytest.mark.parametrize("step", ["block", "remove", "restore", "add", "activate", "rest"])
def test_a_step_of_fraud_is_pressed_again(staff: Client, order: Order, step: str) -> None:
    listed, gone = FraudListEntry.objects.order_by("pk")
    file = SimpleUploadedFile("rules.json", _rules("third").encode(), "application/json")
    path, sent = {
        "block": (f"{page_of(order)}list/", {"what": "allow:card", "days": "90"}),
        "remove": (f"/fraud/lists/{listed.pk}/remove/", {}),
        "restore": (f"/fraud/lists/{gone.pk}/restore/", {}),
        "add": ("/fraud/rules/add/", {"file": file}),
        "activate": ("/fraud/rules/at/second/activate/", {}),
        "rest": ("/fraud/rules/at/second/shadow/", {"runs": "0"}),
    }[step]
    before = [list(model.objects.values()) for model in (FraudListEntry, FraudRuleSet, FraudAct)]

    with connection.execute_wrapper(_locked_up):
        answer: Any = staff.post(path, sent)

    assert answer.status_code == 302
    (told,) = get_messages(answer.wsgi_request)
    assert "do it again" in str(told)
    after = [list(model.objects.values()) for model in (FraudListEntry, FraudRuleSet, FraudAct)]
    assert after == before
