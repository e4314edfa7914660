"""Portuguese says all that English says."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted(ROOT.glob("*/locale/pt_BR/LC_MESSAGES/django.po"))
_PLACES = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def _messages(path: Path) -> list[Message]:
    with path.open("rb") as file:
        return [message for message in read_po(file, locale="pt_BR") if message.id]


def _texts(value: object) -> list[str]:
    return [str(text) for text in (value if isinstance(value, tuple | list) else [value])]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-5])
class TestCatalogue:
    def test_leaves_nothing_untranslated(self, path: Path) -> None:
        missing = [each.id for each in _messages(path) if not all(_texts(each.string))]

        assert missing == []

    def test_fills_the_same_places(self, path: Path) -> None:
        for message in _messages(path):
            expected = set(_PLACES.findall(_texts(message.id)[0]))
            for text in _texts(message.string):
                assert set(_PLACES.findall(text)) == expected, message.id
