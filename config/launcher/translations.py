"""Compiles the message catalogues with Babel, so that no machine needs gettext's tools."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]


def catalogues(root: Path) -> list[Path]:
    """Return the .po files of the apps under `root`, in the order of their names."""
    return sorted(root.glob("*/locale/*/LC_MESSAGES/*.po"))


def is_stale(source: Path) -> bool:
    """Tell whether the catalogue was written after its compiled form, or has none."""
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime_ns < source.stat().st_mtime_ns


def compile_catalogue(source: Path) -> Path:
    """Write the .mo beside `source` and return it; raise PoFileError for a broken catalogue."""
    with source.open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    compiled = source.with_suffix(".mo")
    fresh = compiled.with_suffix(".mo.new")
    with fresh.open("wb") as file:
        write_mo(file, catalogue)
    return fresh.replace(compiled)


def main() -> None:
    """Compile what changed since the last time."""
    for source in filter(is_stale, catalogues(ROOT)):
        compile_catalogue(source)


if __name__ == "__main__":
    main()
