"""The tables of telesales, all in a database of their own; none points outside it."""

from televendas.models.audit import AuditLine, RevealQuota
from televendas.models.calls import CallClaim, CallOutcome, CallTurn, QueueMark
from televendas.models.customer import Customer
from televendas.models.letters import TelesalesDeadLetter, TelesalesHalt
from televendas.models.lgpd import Erasure, Snapshot
from televendas.models.optout import OptOut

__all__ = [
    "AuditLine",
    "CallClaim",
    "CallOutcome",
    "CallTurn",
    "Customer",
    "Erasure",
    "OptOut",
    "QueueMark",
    "RevealQuota",
    "Snapshot",
    "TelesalesDeadLetter",
    "TelesalesHalt",
]
