"""What the commands about one person have in common: whom they mean, and who asks."""

import getpass
from argparse import ArgumentParser

from televendas.adapters.declared_sources import source_names
from televendas.services.audit import LONGEST_REASON, Actor


def add_person(parser: ArgumentParser) -> None:
    """Take SOURCE and ID; a source that is not declared is refused by name."""
    parser.add_argument(
        "source", metavar="SOURCE", choices=source_names(), help=", ".join(source_names())
    )
    parser.add_argument("customer_id", metavar="ID", help="the customer's id there, to the letter")


def reason(text: str) -> str:
    """Return a reason for the audit; raises ValueError for an empty and for a long one."""
    if not 0 < len(text.strip()) <= LONGEST_REASON:
        raise ValueError
    return text.strip()


def caller(command: str) -> Actor:
    """Return who runs `command`: the machine's user, for the audit."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        # A container's user without a name.
        user = "unknown"
    return Actor(None, f"{command} by {user}"[:150])
