"""The guides name files that exist: a map that points nowhere is worse than none."""

import re

import pytest
from django.conf import settings

# The guide to a new consumer names files that its reader is about to write.
_TO_BE_WRITTEN = "adding-a-consumer.md"
GUIDES = sorted(
    str(path.relative_to(settings.BASE_DIR))
    for path in (settings.BASE_DIR / "docs").glob("**/*.md")
    if path.name != _TO_BE_WRITTEN and path.parent.name in {"docs", "guides"}
)
PATH = re.compile(r"`([a-z_]+(?:/[\w.-]+)*(?:\.py|\.md|\.toml|/))`")


@pytest.mark.parametrize("guide", GUIDES)
def test_every_path_of_a_guide_exists(guide: str) -> None:
    text = (settings.BASE_DIR / guide).read_text(encoding="utf-8")

    named = set(PATH.findall(text))

    assert {path for path in named if not (settings.BASE_DIR / path).exists()} == set()


def test_the_guides_are_found() -> None:
    assert "docs/guides/patterns.md" in GUIDES
