"""The files hold every line once, are valid in their formats, and repeat to the byte."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from reportlab import rl_config

from bank_grpc.models import Card
from bank_grpc.selectors import Wanted
from bank_grpc.selectors_invoices import invoice_of
from bank_grpc.services.exports import pdf_file
from bank_grpc.services.exports.csv_file import csv_of
from bank_grpc.services.exports.ofx_file import ofx_of
from bank_grpc.services.exports.pdf_file import TooManyLinesError, pdf_of
from bank_grpc.services.exports.sheet import Sheet, sheet_of_invoice, sheet_of_statement
from bank_grpc.tests.services.books_kit import card_made, posted

pytestmark = pytest.mark.django_db
ISSUED = datetime(2026, 8, 20, 12, tzinfo=UTC)
_TIME = re.compile(r"\d{14}\.\d{3}\[0:GMT\]")


@pytest.fixture
def card(db: None) -> Card:
    made = card_made(ISSUED)
    posted(made, ISSUED, 1000, store="=SUM(A1)", instalments=3, balance_after_cents=1000)
    posted(made, ISSUED, 250, kind="refund", store="Café & <Pão>", balance_after_cents=750)
    posted(
        made,
        ISSUED + timedelta(days=1),
        800,
        kind="invoice_payment",
        store="",
        description="2026-09",
        balance_after_cents=-50,
    )
    return made


def statement(card: Card, **wanted: object) -> Sheet:
    return sheet_of_statement(card, Wanted(**wanted))  # type: ignore[arg-type]


def invoice(card: Card) -> Sheet:
    return sheet_of_invoice(card, invoice_of(card, "2026-09", now=ISSUED))


def rows(sheet: Sheet) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(csv_of(sheet)).decode(), newline="")))


class TestCsv:
    def test_holds_the_columns_of_rest(self, card: Card) -> None:
        first, second, third = rows(statement(card))

        assert first["store"] == "'=SUM(A1)"
        assert (second["kind"], second["amount"], second["balance_after"]) == (
            "refund",
            "2.50",
            "7.50",
        )
        assert third["balance_after"] == "-0.50"

    def test_an_invoice_holds_its_instalments(self, card: Card) -> None:
        found = [
            (each["amount"], each["instalment"], each["instalments"])
            for each in rows(invoice(card))
        ]

        assert found == [("3.34", "1", "3"), ("2.50", "1", "1")]

    def test_many_lines_come_in_pieces_each_once(self, card: Card) -> None:
        for _ in range(1200):
            posted(card, ISSUED, 1)

        assert len({each["id"] for each in rows(statement(card))}) == 1203

    def test_what_is_posted_meanwhile_is_not_in_it(self, card: Card) -> None:
        sheet = statement(card)
        posted(card, ISSUED, 1)

        assert len(rows(sheet)) == sheet.count == 3


class TestOfx:
    @pytest.mark.parametrize("make", [statement, invoice])
    def test_has_the_elements_of_the_specification_in_their_order(
        self, card: Card, make: object
    ) -> None:
        raw = b"".join(ofx_of(make(card), language="pt-br"))  # type: ignore[operator]

        head, _, body = raw.decode().partition("<OFX>")
        assert 'OFXHEADER="200" VERSION="211" SECURITY="NONE"' in head
        root = ElementTree.fromstring(f"<OFX>{body}")
        assert root.findtext("SIGNONMSGSRSV1/SONRS/LANGUAGE") == "POR"
        answer = root.find("CREDITCARDMSGSRSV1/CCSTMTTRNRS/CCSTMTRS")
        assert answer is not None
        order = [each.tag for each in answer]
        assert order == ["CURDEF", "CCACCTFROM", "BANKTRANLIST", "LEDGERBAL"]
        assert len(answer.findtext("CCACCTFROM/ACCTID", "")) <= 22
        listed = answer.findall("BANKTRANLIST/STMTTRN")
        identities = [each.findtext("FITID") for each in listed]
        assert len(identities) == len(set(identities)) > 0
        for each in listed:
            tags = [field.tag for field in each]
            assert tags[:6] == ["TRNTYPE", "DTPOSTED", "DTUSER", "TRNAMT", "FITID", "NAME"]
            assert tags[6:] in ([], ["MEMO"])
            assert _TIME.fullmatch(each.findtext("DTPOSTED", ""))
            assert 0 < len(each.findtext("NAME", "")) <= 32
            assert re.fullmatch(r"-?\d+\.\d\d", each.findtext("TRNAMT", ""))

    def test_spending_is_below_zero_and_the_balance_what_is_owed(self, card: Card) -> None:
        root = ElementTree.fromstring(b"".join(ofx_of(statement(card))).partition(b"?>\n")[2])

        amounts = [each.findtext("TRNAMT") for each in root.iter("STMTTRN")]
        assert amounts == ["-10.00", "2.50", "8.00"]
        assert [each.findtext("TRNTYPE") for each in root.iter("STMTTRN")] == [
            "DEBIT",
            "CREDIT",
            "PAYMENT",
        ]
        assert root.findtext(".//BALAMT") == "0.50"

    def test_letters_that_xml_cannot_write_are_left_out(self, card: Card) -> None:
        posted(card, ISSUED, 1, store="a\x00\x0bb")

        assert b"<NAME>a  b</NAME>" in b"".join(ofx_of(statement(card)))

    def test_a_filter_from_the_beginning_of_time_is_written_as_a_time(self, card: Card) -> None:
        begin = datetime(1, 1, 1, 12, tzinfo=UTC)

        root = ElementTree.fromstring(
            b"".join(ofx_of(statement(card, begin=begin))).partition(b"?>\n")[2]
        )

        assert _TIME.fullmatch(root.findtext(".//DTSTART", ""))


class TestPdf:
    def test_dashes_and_quotes_are_shown_and_what_no_font_has_is_a_question_mark(
        self, card: Card, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rl_config, "pageCompression", 0)
        posted(card, ISSUED, 1, store="Pão \N{EN DASH} “Sol” € 長")

        assert rb"(P\343o \226 \223Sol\224 \200 ? - bread)" in pdf_of(statement(card))

    @pytest.mark.parametrize("language", ["en", "pt-br"])
    @pytest.mark.parametrize("make", [statement, invoice])
    def test_is_a_pdf_and_the_same_bytes_again(
        self, card: Card, make: object, language: str
    ) -> None:
        made = [pdf_of(make(card), language=language) for _ in range(2)]  # type: ignore[operator]

        assert made[0] == made[1]
        assert made[0].startswith(b"%PDF-")
        assert made[0].rstrip().endswith(b"%%EOF")

    def test_the_reader_gets_the_own_language(self, card: Card) -> None:
        assert pdf_of(statement(card), language="en") != pdf_of(statement(card), language="pt-br")

    def test_goes_on_over_pages(self, card: Card) -> None:
        for _ in range(120):
            posted(card, ISSUED, 1, store="長い" * 60)

        assert pdf_of(statement(card)).count(b"/Type /Page\n") == 3

    def test_has_a_bound(self, card: Card, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pdf_file, "MOST_LINES", 2)

        with pytest.raises(TooManyLinesError):
            pdf_of(statement(card))


def test_an_empty_statement_is_a_file_too() -> None:
    card = card_made(ISSUED)

    assert rows(statement(card)) == []
    assert b"<BALAMT>0.00</BALAMT>" in b"".join(ofx_of(statement(card)))
    assert pdf_of(statement(card)).startswith(b"%PDF-")
