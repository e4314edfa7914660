"""Mails to customers by a real SMTP server: one for each step, in their language, to them alone."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core import mail

from config.launcher import ports
from messaging.errors import TransientError
from messaging.testing import deliver
from orders.adapters.sealed import seal_of_customer, seal_of_order
from orders.consumers.notification import Notification
from orders.domain.states import State
from orders.events import OrderCancelled, OrderEvent, PaymentProcessed, StockReserved
from orders.models import Mail, Order
from orders.tests.kit import NOW, made_customer, made_order, made_product

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "pessoa.teste@example.com"


class Inbox:
    """Takes mails as an SMTP server does; `answer` is what it says to a recipient."""

    def __init__(self) -> None:
        """Begin empty and willing."""
        self.mails: list[EmailMessage] = []
        self.answer = "250 OK"

    async def handle_RCPT(  # noqa: N802 - the server's own names
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Take the recipient, or say what the test wants."""
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep the mail."""
        read: Any = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append(read)
        return "250 OK"


@pytest.fixture
def inbox(settings: Any) -> Iterator[Inbox]:
    """Run a mail server on a free port, and send every mail to it."""
    inbox = Inbox()
    server = Controller(inbox, hostname="127.0.0.1", port=ports.free_port())
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.hostname, server.port
    yield inbox
    server.stop()


def made(state: State = State.PAID, **more: Any) -> Order:
    made_product()
    customer = made_customer()
    customer.sealed_email = seal_of_customer(customer.id, "email", ADDRESS)
    customer.save()
    return made_order({"CAFE-1KG": 2}, state=state, customer=customer, **more)


def common(order: Order, version: int, status: str) -> dict[str, Any]:
    known = {"order_id": order.id, "order_version": version, "status": status}
    return {**known, "reason": "", "occurred_at": NOW}


def paid(order: Order, version: int = 5) -> OrderEvent:
    told = common(order, version, "approved")
    return PaymentProcessed(**told, payment_id="p", amount_cents=order.total_cents)


class TestNotification:
    def test_writes_in_the_language_of_the_order(self, inbox: Inbox) -> None:
        order = made(language="pt-br", charged_cents=17980)

        deliver(Notification, paid(order))

        (letter,) = inbox.mails
        text = letter.get_content()
        assert letter["To"] == ADDRESS
        assert "está pago" in letter["Subject"]
        assert "Café" in text
        assert "R$ 179,80" in text.replace("\u00a0", " ")
        assert f"/orders/{order.id}/" in text
        assert Mail.objects.get().status == "sent"

    def test_writes_to_the_orders_own_address_first(self, inbox: Inbox) -> None:
        order = made()
        order.sealed_email = seal_of_order(order.id, "email", "order@example.com")
        order.save()

        deliver(Notification, paid(order))

        (letter,) = inbox.mails
        assert letter["To"] == "order@example.com"

    def test_writes_once_for_a_step_however_often_it_comes(self, inbox: Inbox) -> None:
        order = made()
        event = paid(order)

        for _ in range(3):
            deliver(Notification, event)

        assert len(inbox.mails) == 1

    def test_says_nothing_of_steps_inside_the_shop(self, inbox: Inbox) -> None:
        deliver(Notification, StockReserved(**common(made(), 2, "reserved")))

        assert not inbox.mails
        assert not Mail.objects.exists()

    def test_says_nothing_that_a_cancellation_has_overtaken(self, inbox: Inbox) -> None:
        order = made(State.REFUNDING, language="en")

        deliver(Notification, paid(order))
        deliver(Notification, OrderCancelled(**common(order, 4, "cancelled")))

        assert ["cancelled" in letter["Subject"] for letter in inbox.mails] == [True]
        assert Mail.objects.get(version=5).reason == "overtaken"

    def test_promises_nothing_of_a_parcel_that_a_cancellation_has_stopped(
        self, inbox: Inbox
    ) -> None:
        order = made(State.REFUNDING, charged_cents=17980, refunded_cents=8990, language="en")
        told = common(order, 6, "partly_refunded") | {"payment_id": "p", "amount_cents": 8990}

        refund = PaymentProcessed(**told, refund_id="r", refunded_total_cents=8990)
        deliver(Notification, refund)

        assert not inbox.mails
        assert Mail.objects.get().reason == "overtaken"

    @pytest.mark.parametrize(
        "address", ["=?utf-8?q?a=0d=0abcc=3ax?=@example.com", "=?utf-8?q?=e9?=@example.com"]
    )
    def test_an_address_that_no_mail_can_bear_is_refused_and_stops_nobody(
        self, inbox: Inbox, address: str
    ) -> None:
        order = made()
        order.sealed_email = seal_of_order(order.id, "email", address)
        order.save()

        deliver(Notification, paid(order))

        assert not inbox.mails
        assert (Mail.objects.get().status, Mail.objects.get().reason) == ("refused", "553")

    def test_never_writes_to_the_erased(self, inbox: Inbox) -> None:
        order = made()
        order.customer.sealed_email = ""
        order.customer.save()

        deliver(Notification, paid(order))

        assert not inbox.mails
        assert Mail.objects.get().reason == "no_address"

    def test_keeps_no_address_in_its_log(self, inbox: Inbox) -> None:
        deliver(Notification, paid(made()))

        assert inbox.mails
        assert ADDRESS not in str(Mail.objects.values().get())

    def test_waits_for_a_server_that_is_away(self, settings: Any) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", ports.free_port()

        with pytest.raises(TransientError) as told:
            deliver(Notification, paid(made()))

        assert ADDRESS not in str(told.value)
        assert Mail.objects.get().status == "due"

    @pytest.mark.parametrize(
        ("answer", "status"), [("550 no such user", "refused"), ("450 later", "due")]
    )
    def test_tells_a_no_from_a_not_now(self, inbox: Inbox, answer: str, status: str) -> None:
        inbox.answer = answer
        order = made()

        if status == "due":
            with pytest.raises(TransientError):
                deliver(Notification, paid(order))
        else:
            deliver(Notification, paid(order))

        assert Mail.objects.get().status == status


class TestFiles:
    def test_development_keeps_mails_as_files(self, settings: Any, tmp_path: Any) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
        settings.EMAIL_FILE_PATH = str(tmp_path)

        deliver(Notification, paid(made()))

        (written,) = tmp_path.iterdir()
        assert ADDRESS in written.read_text(encoding="utf-8")
        assert not getattr(mail, "outbox", [])
