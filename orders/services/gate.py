"""Decides whether the bank may be asked once more: who places an order brings the gate."""

from typing import Final, Protocol


class Gate(Protocol):
    """Hears of refusals; either call may raise to end the order. What was placed is told anyway."""

    def refuse_if_locked(self) -> None:
        """Look before the bank is asked."""

    def count_refusal(self, reason: str) -> None:
        """Hear of a refusal before anybody else does."""


class OpenGate:
    """Lets everything through."""

    def refuse_if_locked(self) -> None:
        """Let it through."""

    def count_refusal(self, reason: str) -> None:
        """Count nothing."""


OPEN: Final = OpenGate()
