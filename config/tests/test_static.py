"""Static files as production serves them: hashed names, also inside modules and stylesheets."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import get_finders
from django.core.files.storage import FileSystemStorage

from config.launcher.checks import production_environment
from config.launcher.plan import ROOT
from config.storage import HashedStatic

OURS = ("site/", "transactions/")
# What a module imports, and the hash that a name must have before its suffix.
IMPORTED = re.compile(r"from\s+\"([^\"]+)\"")
HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with our own files as `collectstatic` leaves them in the image."""
    folder = tmp_path_factory.mktemp("static")
    storage = HashedStatic(location=str(folder), base_url="/static/")
    found: dict[str, tuple[FileSystemStorage, str]] = {}
    for finder in get_finders():
        for path, source in finder.list([]):
            if path.startswith(OURS) and path not in found:
                with source.open(path) as file:
                    storage.save(path, file)
                found[path] = (storage, path)
    for _name, _hashed, processed in storage.post_process(found):
        assert not isinstance(processed, Exception), processed
    return folder


class TestHashedStatic:
    def test_names_every_file_by_its_content(self, collected: Path) -> None:
        manifest = json.loads((collected / "staticfiles.json").read_text())["paths"]

        assert {"site/site.css", "site/admin.js", "transactions/panel.js"} <= set(manifest)
        for hashed in manifest.values():
            assert HASHED.search(hashed), hashed
            assert (collected / hashed).exists()

    def test_a_module_imports_by_hashed_names_alone(self, collected: Path) -> None:
        manifest = json.loads((collected / "staticfiles.json").read_text())["paths"]
        modules = [collected / to for name, to in manifest.items() if name.endswith(".js")]

        imports = [
            (module.parent / name).resolve()
            for module in modules
            for name in IMPORTED.findall(module.read_text())
        ]

        assert imports
        for imported in imports:
            assert HASHED.search(imported.name), imported.name
            assert imported.exists()

    def test_is_compressed_beforehand(self, collected: Path) -> None:
        assert list(collected.glob("site/site.*.css.gz"))

    @pytest.mark.timeout(60)
    @pytest.mark.parametrize("settings", ["production", "build"])
    def test_is_what_the_image_is_built_with_and_runs_by(
        self, settings: str, tmp_path: Path
    ) -> None:
        code = (
            f"from config.settings import {settings} as s;"
            "print(s.STORAGES['staticfiles']['BACKEND'], s.WHITENOISE_USE_FINDERS)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=production_environment() | {"TRILHO_VAR": str(tmp_path), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.split() == ["config.storage.HashedStatic", "False"]
