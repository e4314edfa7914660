"""The page's section on the saga, from what one run came to."""

import statistics
from typing import Final

from tests.faults.saga.run import Ending

_HEAD: Final = """\
People buy at the shop (some cancel at once or later, some cards refuse, one article runs out, some
buy too often), staff review doubtful orders, pick, find too little or nothing, and send off; each
asks again under the same key until the answer is known. Meanwhile relay, reservation, fraud,
payment, picking, notification, reporting, sweeper, bank and MariaDB are killed with SIGKILL, each
as often as the others. At the end each order must stand in one final state with an unbroken
history that never moved backwards in public; each unit of stock must be sold, released or written
off, none reserved; the bank's charges and refunds must be the orders', one charge for each; one
mail must stand for each piece of news; the warehouse must have the same sums.

"""
_COLUMNS: Final = ("orders", "kills", "charged", "given back", "events", "mails", "findings")


def section(ending: Ending, facts: str) -> str:
    """Return the section's text."""
    figures = ending.figures
    cells = [
        f"{figures['orders']:,}",
        str(len(ending.recoveries)),
        f"BRL {figures['charged_cents'] / 100:,.2f}",
        f"BRL {figures['refunded_cents'] / 100:,.2f}",
        f"{figures['events']:,}",
        f"{figures['mails']:,}",
        "none" if ending.is_clean else f"**{len(figures['findings'])}**",
    ]
    states = ", ".join(f"{state} {count}" for state, count in figures["states"].items())
    recovery = statistics.median(ending.recoveries) if ending.recoveries else 0.0
    return (
        f"{facts}{_HEAD}| {' | '.join(_COLUMNS)} |\n|{' ---: |' * len(_COLUMNS)}\n"
        f"| {' | '.join(cells)} |\n\nThey ended: {states}. From SIGKILL to readiness"
        f" {recovery:.1f} s in the median.\n"
    )
