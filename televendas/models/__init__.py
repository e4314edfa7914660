"""The tables of telesales, all in a database of their own; none points outside it."""

from televendas.models.audit import AuditLine, RevealQuota
from televendas.models.calls import CallClaim, CallOutcome
from televendas.models.customer import Customer
from televendas.models.lgpd import Erasure, Snapshot
from televendas.models.optout import OptOut

__all__ = [
    "AuditLine",
    "CallClaim",
    "CallOutcome",
    "Customer",
    "Erasure",
    "OptOut",
    "RevealQuota",
    "Snapshot",
]
