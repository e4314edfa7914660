"""Picking's rules: the way along shelves, what a scan hits, what is complete, what goes back."""

from datetime import timedelta

import pytest

from orders.domain import picking
from orders.domain.picking import Line, Scan
from orders.tests.kit import NOW

LEFT_AFTER = timedelta(minutes=15)


def line(sku: str = "CAFE", **more: object) -> Line:
    facts: dict[str, object] = {"shelf": "A-01-1", "quantity": 2, "unit_price_cents": 1000}
    return Line(sku=sku, **{**facts, **more})  # type: ignore[arg-type]  # a test's own


class TestWayAlongTheShelves:
    def test_sorts_numbers_by_their_value(self) -> None:
        shelves = ["B-1", "A-10-1", "A-2-1", "A-02-0", "a-3"]

        walked = picking.by_shelf(line(shelf, shelf=shelf) for shelf in shelves)

        assert [each.shelf for each in walked] == ["A-02-0", "A-2-1", "a-3", "A-10-1", "B-1"]

    def test_takes_shelves_of_any_form(self) -> None:
        odd = ["", "-", "12", "Ç-1", "A", "A-²"]

        assert len(picking.by_shelf(line(str(n), shelf=s) for n, s in enumerate(odd))) == len(odd)


class TestScan:
    def test_finds_a_line_by_barcode_or_sku(self) -> None:
        coffee = line("CAFE-1KG", barcode="789")

        assert picking.scanned([coffee], " 789 ") == (Scan.RIGHT, coffee)
        assert picking.scanned([coffee], "cafe-1kg") == (Scan.RIGHT, coffee)

    @pytest.mark.parametrize("code", ["", "  ", "123", "789-1"])
    def test_says_what_is_not_on_the_list(self, code: str) -> None:
        assert picking.scanned([line(barcode="789"), line("OTHER")], code) == (Scan.WRONG, None)

    def test_says_when_there_are_enough(self) -> None:
        full = line(barcode="789", found=1, missing=1)

        assert picking.scanned([full], "789") == (Scan.ENOUGH, full)

    def test_goes_on_to_the_next_line_of_one_barcode(self) -> None:
        full, empty = line("A", barcode="789", found=2), line("B", barcode="789")

        assert picking.scanned([full, empty], "789") == (Scan.RIGHT, empty)


class TestClaim:
    @pytest.mark.parametrize(
        ("picker", "minutes", "is_free"),
        [("", 0, True), ("me", 0, True), ("you", 14, False), ("you", 15, True)],
    )
    def test_is_free_to_one_at_a_time(self, picker: str, minutes: int, is_free: bool) -> None:
        touched_at = NOW - timedelta(minutes=minutes)

        told = picking.is_free(picker, touched_at, actor="me", now=NOW, left_after=LEFT_AFTER)

        assert told is is_free


class TestShortage:
    def test_lets_go_of_what_lay_in_the_box_beyond(self) -> None:
        (short,) = picking.shortened([line(quantity=3, found=2)], {"CAFE": 1})

        assert (short.found, short.missing, short.left) == (1, 2, 0)

    def test_leaves_the_rest_to_be_found(self) -> None:
        (short,) = picking.shortened([line(quantity=3, found=1)], {"CAFE": 2})

        assert (short.found, short.missing, short.left) == (1, 1, 1)

    @pytest.mark.parametrize("picked", [-1, 2, 3])
    def test_refuses_what_is_none(self, picked: int) -> None:
        with pytest.raises(ValueError, match="shortage"):
            picking.shortened([line(quantity=2)], {"CAFE": picked})

    def test_refuses_an_article_of_another_list(self) -> None:
        with pytest.raises(ValueError, match="line"):
            picking.shortened([line()], {"TEA": 1})

    def test_is_not_taken_back(self) -> None:
        with pytest.raises(ValueError, match="shortage"):
            picking.shortened([line(quantity=3, missing=2)], {"CAFE": 2})

    def test_gives_back_its_share_of_a_discounted_total(self) -> None:
        before = [line("A", quantity=2), line("B", quantity=1)]
        after = picking.shortened(before, {"A": 1})

        assert picking.refund_cents(2700, before, after) == 900

    def test_all_shortages_together_give_the_whole_total_back(self) -> None:
        start = [line("A", quantity=3, unit_price_cents=333), line("B", quantity=2)]
        middle = picking.shortened(start, {"A": 1})
        end = picking.shortened(middle, {"A": 0, "B": 0})

        given = [picking.refund_cents(2501, *pair) for pair in ((start, middle), (middle, end))]

        assert sum(given) == 2501
        assert picking.is_nothing(end)
        assert picking.is_complete(end)
