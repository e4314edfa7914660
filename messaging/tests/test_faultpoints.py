"""Every fault point is on the list, and every one on the list has a case that kills there."""

import re
from pathlib import Path

from messaging.faultpoints import NAMES
from messaging.relay import FAULTPOINTS as RELAY_POINTS
from messaging.tests.test_consumer_process import POINTS as CONSUMER_POINTS
from messaging.tests.test_redrive_faults import POINTS as REDRIVE_POINTS

ROOT = Path(__file__).resolve().parents[2]
APPS = ("messaging", "accounts", "transactions", "televendas", "orders", "bank_grpc", "config")
_CALL = re.compile(r'faultpoint\(\s*"([^"]+)"')


def sources(*, tests: bool) -> dict[Path, str]:
    found = {path for app in (*APPS, "tests") for path in (ROOT / app).rglob("*.py")}
    return {
        path: path.read_text()
        for path in found
        if ("tests" in path.parts) == tests and path != Path(__file__)
    }


class TestNames:
    def test_are_those_in_the_code(self) -> None:
        in_code = {name for text in sources(tests=False).values() for name in _CALL.findall(text)}

        assert in_code == set(NAMES)

    def test_each_have_a_case(self) -> None:
        covered = {*RELAY_POINTS, *CONSUMER_POINTS, *REDRIVE_POINTS}
        texts = sources(tests=True).values()

        without = [
            name
            for name in NAMES
            if name not in covered and not any(f'"{name}' in text for text in texts)
        ]

        assert without == []
