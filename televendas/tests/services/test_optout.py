"""Opt-outs are kept as hashes, from the earliest day told, whoever told them."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings

from televendas.domain.identity import phone_hash
from televendas.domain.optout_lines import Line, read_lines
from televendas.models import AuditLine, OptOut
from televendas.services.optout import (
    Imported,
    UnreadablePhoneError,
    import_lines,
    opt_out,
    take_back,
)
from televendas.tests.kit import ANA, NOON

pytestmark = pytest.mark.django_db(databases=["default", "televendas"])
PHONE = "+5511987654321"
TODAY = NOON.date()


def hashed(phone: str = PHONE) -> str:
    return phone_hash(settings.TELEVENDAS_KEY, phone)


def imported(*lines: str, **options: Any) -> Imported:
    *_, done = import_lines(
        actor=ANA, lines=read_lines(lines), effective_on=TODAY, now=NOON, **options
    )
    return done


class TestOptOut:
    @pytest.mark.parametrize("text", [PHONE, "(11) 98765-4321", "11987654321"])
    def test_keeps_the_hash_alone_however_it_is_written(self, text: str) -> None:
        is_new = opt_out(
            actor=ANA, phone=text, effective_on=TODAY, origin=OptOut.Origin.OWN, now=NOON
        )

        kept = OptOut.objects.get()
        assert is_new
        assert kept.phone_hash == hashed()
        assert "98765" not in f"{list(AuditLine.objects.values())}{OptOut.objects.values()}"

    def test_refuses_what_is_no_phone_without_repeating_it(self) -> None:
        with pytest.raises(UnreadablePhoneError) as refused:
            opt_out(actor=ANA, phone="123", effective_on=TODAY, origin=OptOut.Origin.OWN, now=NOON)

        assert "123" not in str(refused.value)


class TestImportLines:
    def test_takes_phones_and_hashes_with_their_days(self) -> None:
        done = imported(
            "\ufeffphone,effective_on",
            PHONE,
            f"{hashed('+5511911112222').upper()};2026-12-01",
            "",
            "not a phone",
            "(21) 99888-7766,2026-13-45",
        )

        assert (done.lines, done.added, done.known) == (4, 2, 0)
        assert done.unreadable == [5, 6]
        days = dict(OptOut.objects.values_list("phone_hash", "effective_on"))
        assert days == {hashed(): TODAY, hashed("+5511911112222"): date(2026, 12, 1)}

    def test_lets_the_earliest_day_win(self) -> None:
        imported(f"{PHONE},2026-12-01")
        again = imported(f"{PHONE},2026-11-01", f"{PHONE},2026-11-15")
        later = imported(f"{PHONE},2027-01-01")

        assert again.known == 2
        assert later.known == 1
        assert OptOut.objects.get().effective_on == date(2026, 11, 1)

    def test_writes_counts_alone_into_the_audit(self) -> None:
        imported(PHONE, "+5511911112222")

        line = AuditLine.objects.get()
        assert (line.action, line.details) == ("import", {"people": 2, "added": 2})

    def test_changes_nothing_in_a_dry_run(self) -> None:
        assert imported(PHONE, is_dry_run=True).added == 1
        assert not OptOut.objects.exists()
        assert not AuditLine.objects.exists()


class TestTakeBack:
    def test_forgets_with_a_reason(self) -> None:
        imported(PHONE)

        assert take_back(actor=ANA, hashes=[hashed()], reason="asked for", now=NOON) == 1

        assert not OptOut.objects.exists()
        assert AuditLine.objects.get(action="opt_in").reason == "asked for"


class TestReadLines:
    def test_is_not_upset_by_quotes_and_long_lines(self) -> None:
        lines = list(read_lines(['"+5511987654321","2026-12-01"', "x" * 9999, '"unclosed']))

        assert lines[0] == Line(1, phone=PHONE, effective_on=TODAY + timedelta(days=13))
        assert all(not each.phone_hash for each in lines)
