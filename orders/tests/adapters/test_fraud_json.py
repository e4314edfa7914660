"""A rule set's text is read by its schema, and what is mistyped is refused by name."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from orders import rulesets
from orders.adapters.fraud_json import BadRuleSetError, rules_of

SHIPPED = Path(rulesets.__file__).parent


def told(**changes: Any) -> str:
    content = json.loads((SHIPPED / "default.json").read_text(encoding="utf-8"))
    return json.dumps(content | changes)


class TestRulesOf:
    @pytest.mark.parametrize("name", ["default", "lists_only"])
    def test_reads_what_is_shipped(self, name: str) -> None:
        text = (SHIPPED / f"{name}.json").read_text(encoding="utf-8")

        assert rules_of(msgspec.json.encode(rules_of(text)).decode()) == rules_of(text)

    @pytest.mark.parametrize(
        ("text", "word"),
        [
            ("{", "truncated"),
            ("[]", "object"),
            ("{}", "version"),
            (told(review_at=100), "review_at"),
            (told(review_at="50"), "review_at"),
            (told(version="a b"), "version"),
            (told(night={"begin": 0, "end": 24, "points": 1}), "end"),
            (told(night={"begin": 0, "end": 5, "points": -1}), "points"),
            (told(velocity=[{"of": "shoe"}]), "velocity"),
            (
                told(
                    velocity=[
                        {
                            "of": "card",
                            "minutes": 30,
                            "measure": "orders",
                            "at_least": 1,
                            "points": 1,
                        }
                    ]
                ),
                "minutes",
            ),
            (told(velocities=[]), "velocities"),
            (told(night={"begin": 0, "end": 5, "points": 1, "point": 2}), "unknown: point"),
        ],
    )
    def test_refuses_what_it_does_not_know(self, text: str, word: str) -> None:
        with pytest.raises(BadRuleSetError) as refused:
            rules_of(text)

        assert word in str(refused.value)
