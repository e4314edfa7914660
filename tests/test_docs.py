"""The guides name files that exist: a map that points nowhere is worse than none."""

import re

import pytest
from django.conf import settings

GUIDES = (
    "docs/guides/patterns.md",
    "docs/guides/change-capture.md",
    "docs/guides/customers.md",
    "docs/guides/orders.md",
    "docs/domain.md",
)
PATH = re.compile(r"`([a-z_]+(?:/[\w.-]+)*(?:\.py|\.md|\.toml|/))`")


@pytest.mark.parametrize("guide", GUIDES)
def test_every_path_of_a_guide_exists(guide: str) -> None:
    text = (settings.BASE_DIR / guide).read_text(encoding="utf-8")

    named = set(PATH.findall(text))

    assert named
    assert {path for path in named if not (settings.BASE_DIR / path).exists()} == set()
