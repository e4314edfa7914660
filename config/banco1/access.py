"""Where Banco 1's table stands and as whom the bank's own program enters, as far as told here."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

KEY = "banco1"
"""Under which var/demo.json has it, for commands in another terminal than the demo's."""


class AwayError(Exception):
    """Banco 1 is said to run and cannot be worked with; the text has neither row nor password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """An address, a user of the bank's own and that user's password."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    database: str = "legado"

    @property
    def address(self) -> str:
        """Return host and port, for whoever reads a message."""
        return f"{self.host}:{self.port}"

    def as_dict(self) -> dict[str, Any]:
        """Return it as var/demo.json has it."""
        return asdict(self)


def by_environment(told: Mapping[str, str]) -> Access | None:
    """Return what the variables BANCO1_* say, as `bin/run --with banco1` sets them; else None."""
    if "BANCO1_HOST" not in told:
        return None
    return Access(
        host=told["BANCO1_HOST"],
        port=int(told["BANCO1_PORT"]),
        user=told["BANCO1_APPLICATION_USER"],
        password=told["BANCO1_APPLICATION_PASSWORD"],
    )


def find(told: Mapping[str, str], demo: Mapping[str, Any]) -> Access | None:
    """Return where Banco 1 runs by the environment, else by var/demo.json's content.

    None where it was not started with the demo.
    """
    here = by_environment(told)
    return here or (Access(**demo[KEY]) if KEY in demo else None)
