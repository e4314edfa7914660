"""What can become of a call to the bank, beside its answer: refused, not known, or wrong."""


class PaymentRefused(Exception):  # noqa: N818 - the contract's name, and not an error of anybody's
    """The bank has decided, and says no; `reason` is its refusal code, and stays so."""

    def __init__(self, reason: str, transaction_id: str = "") -> None:
        """Keep why, and the id of the refused payment where it has one."""
        super().__init__(reason)
        self.reason = reason
        self.transaction_id = transaction_id


class BankUnavailable(Exception):  # noqa: N818 - the contract's name
    """The outcome is not known, or nothing was done: only the same call under its key tells."""


class BankError(Exception):
    """The bank does not take the call as it was made; never a refusal. `code` is gRPC's name."""

    def __init__(self, code: str, text: str) -> None:
        """Keep the code's name and the bank's words."""
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text
