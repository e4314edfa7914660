"""A bank in memory that keeps the real one's word: a request id is answered once, and for ever."""

from orders.adapters.bank import (
    BankAwayError,
    BankFailedError,
    Card,
    Paid,
    Refunded,
    RefusedError,
    Verified,
)


class MemoryBank:
    """Charges and refunds by request id; away, refusing or failing while it is told to be."""

    def __init__(self) -> None:
        """Begin with nothing charged, and with every answer yes."""
        self.is_away = False
        self.refusal = ""
        self.failure = ""
        self.asked: list[str] = []
        self.tokens: set[str] = set()
        self.payments: dict[str, int] = {}
        self.refunds: dict[str, tuple[str, int]] = {}
        self._answers: dict[str, tuple[tuple[str, int], Paid | RefusedError]] = {}

    @property
    def charged_cents(self) -> int:
        """Return all that was charged, whatever was given back."""
        return sum(self.payments.values())

    @property
    def refunded_cents(self) -> int:
        """Return all that was given back."""
        return sum(cents for _, cents in self.refunds.values())

    def verify(self, card: Card, *, amount_cents: int, order_id: str) -> Verified:
        """Take any card."""
        self._begin(f"verify:{order_id}:{amount_cents}")
        return Verified(f"token {card.number[-4:]}", "f" * 32, "visa", card.number[-4:])

    def authorise(
        self, *, request_id: str, token: str, order_id: str, amount_cents: int, description: str
    ) -> Paid:
        """Charge, or refuse, once for each `request_id`; another question under it has failed."""
        self._begin(request_id)
        assert order_id in description
        self.tokens.add(token)
        asked = (token, amount_cents)
        if request_id not in self._answers:
            self._answers[request_id] = (asked, self._decided(*asked))
        asked_before, answer = self._answers[request_id]
        if asked != asked_before:
            raise BankFailedError("INVALID_ARGUMENT")
        if isinstance(answer, RefusedError):
            raise answer
        return answer

    def _decided(self, token: str, amount_cents: int) -> Paid | RefusedError:
        payment_id = f"payment {len(self._answers) + 1}"
        refusal = self.refusal or ("" if token.startswith("token") else "token_mismatch")
        if refusal:
            return RefusedError(refusal, payment_id)
        self.payments[payment_id] = amount_cents
        return Paid(payment_id)

    def refund(self, payment_id: str, *, request_id: str, amount_cents: int) -> Refunded:
        """Give back once for each `request_id`, and never more than was charged."""
        self._begin(request_id)
        given = sum(cents for paid, cents in self.refunds.values() if paid == payment_id)
        if request_id not in self.refunds:
            if given + amount_cents > self.payments[payment_id]:
                raise RefusedError("refund_exceeds_charge")
            self.refunds[request_id] = (payment_id, amount_cents)
            given += amount_cents
        return Refunded(f"refund {[*self.refunds].index(request_id) + 1}", given)

    def _begin(self, request_id: str) -> None:
        self.asked.append(request_id)
        if self.is_away:
            raise BankAwayError
        if self.failure:
            raise BankFailedError(self.failure)
