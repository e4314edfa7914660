"""The command takes lists of any length and tells what it took, never whom."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from televendas.models import AuditLine, OptOut

pytestmark = pytest.mark.django_db(databases=["default", "televendas"])


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("import_opt_outs", *arguments, stdout=out)
    return out.getvalue()


class TestImportOptOuts:
    def test_takes_a_list_in_chunks(self, tmp_path: Path) -> None:
        phones = "".join(f"+55119{80000000 + number}\n" for number in range(1500))
        (tmp_path / "list.csv").write_text(f"phone\n{phones}nobody\n")

        told = run(str(tmp_path / "list.csv"), "--effective-on", "2026-12-01")

        assert "1501 lines: 1500 phones are new, 0 were known, 1 lines have no phone." in told
        assert "1502" in told
        assert OptOut.objects.filter(effective_on="2026-12-01").count() == 1500
        assert "98000" not in f"{told}{list(AuditLine.objects.values())}"

    def test_counts_without_keeping_in_a_dry_run(self, tmp_path: Path) -> None:
        (tmp_path / "list.csv").write_text("+5511987654321\n")

        assert "1 phones would be new" in run(str(tmp_path / "list.csv"), "--dry-run")
        assert not OptOut.objects.exists()

    def test_says_which_file_it_cannot_read(self) -> None:
        with pytest.raises(CommandError, match=r"nowhere\.csv cannot be read"):
            run("nowhere.csv")
