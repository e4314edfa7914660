"""Static files under names that hold a hash of what they are: browsers may keep them for good."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from whitenoise.storage import (  # type: ignore[import-untyped]
    CompressedManifestStaticFilesStorage,
)


class HashedStatic(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped base
    """Renames what our modules import too: old and new ones never meet in one page.

    Modules of others are left as they are: some name files that their packages do not bring.
    """

    support_js_module_import_aggregation = True

    def url_converter(
        self, name: str, hashed_files: Any, template: str | None = None, *more: Any, **others: Any
    ) -> Callable[[re.Match[str]], str]:
        """Return what renames a reference in the file `name`."""
        is_import = template is not None and template.startswith(("import", "export"))
        if is_import and not name.startswith(_our_folders()):
            return lambda found: found.group(0)
        convert: Callable[[re.Match[str]], str] = super().url_converter(
            name, hashed_files, template, *more, **others
        )
        return convert


@cache
def _our_folders() -> tuple[str, ...]:
    """Return the folders of the apps of this repository; each names its own by its label."""
    root = str(settings.BASE_DIR / "")
    own = (app for app in apps.get_app_configs() if app.path.startswith(root))
    return tuple(f"{app.label}/" for app in own if "site-packages" not in app.path)
