"""Catalogues are compiled without gettext's tools."""

import gettext
from pathlib import Path
from typing import Any

import pytest

from config.launcher import translations

CATALOGUE = """\
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Panel"
msgstr "Painel"
"""


@pytest.fixture
def source(tmp_path: Path) -> Any:
    path = tmp_path / "app" / "locale" / "pt_BR" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(CATALOGUE, encoding="utf-8")
    return path


class TestTranslations:
    def test_are_found_and_compiled(self, source: Path, tmp_path: Path) -> None:
        assert translations.catalogues(tmp_path) == [source]

        compiled = translations.compile_catalogue(source)

        with compiled.open("rb") as file:
            assert gettext.GNUTranslations(file).gettext("Panel") == "Painel"

    def test_are_compiled_again_only_when_the_source_is_newer(self, source: Path) -> None:
        assert translations.is_stale(source)

        translations.compile_catalogue(source)

        assert not translations.is_stale(source)
