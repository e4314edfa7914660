"""OFX 2.1.1 for money programs: a credit card statement, as the specification orders its elements.

Seen from the holder, as those programs want it: what is spent is below zero.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final
from xml.sax.saxutils import escape

from bank_grpc.services.exports.csv_file import amount
from bank_grpc.services.exports.sheet import Sheet, SheetRow

_HEADER: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
    '<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>\n'
)
_STATUS: Final = "<STATUS><CODE>0</CODE><SEVERITY>INFO</SEVERITY></STATUS>"
_LANGUAGES: Final = {"pt": "POR"}
_TYPES: Final = {"payment": "DEBIT", "refund": "CREDIT", "invoice_payment": "PAYMENT"}
# The specification's own limits: of a payee's name, a memo, an account's id.
_NAME: Final = 32
_MEMO: Final = 255
_ACCOUNT: Final = 22
# XML has no way at all to write these.
_UNWRITABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def ofx_of(sheet: Sheet, *, language: str = "en") -> Iterator[bytes]:
    """Yield the file piece by piece; `language` is Django's code of the reader's."""
    told = _LANGUAGES.get(language[:2].lower(), "ENG")
    yield (
        f"{_HEADER}<OFX><SIGNONMSGSRSV1><SONRS>{_STATUS}<DTSERVER>{_time(sheet.as_of)}</DTSERVER>"
        f"<LANGUAGE>{told}</LANGUAGE></SONRS></SIGNONMSGSRSV1>"
        f"<CREDITCARDMSGSRSV1><CCSTMTTRNRS><TRNUID>0</TRNUID>{_STATUS}"
        f"<CCSTMTRS><CURDEF>BRL</CURDEF>"
        f"<CCACCTFROM><ACCTID>{account_of(sheet.card_id)}</ACCTID></CCACCTFROM>"
        f"<BANKTRANLIST><DTSTART>{_time(sheet.begin)}</DTSTART><DTEND>{_time(sheet.end)}</DTEND>\n"
    ).encode()
    for row in sheet.rows:
        yield _transaction(row).encode()
    yield (
        f"</BANKTRANLIST><LEDGERBAL><BALAMT>{amount(-sheet.balance_cents)}</BALAMT>"
        f"<DTASOF>{_time(sheet.as_of)}</DTASOF></LEDGERBAL>"
        "</CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>\n"
    ).encode()


def account_of(card_id: str) -> str:
    """Return what names the card in such a file: the tail of its id, never of its number."""
    return card_id.replace("-", "")[-_ACCOUNT:]


def _transaction(row: SheetRow) -> str:
    name = _text(row.store or row.description or row.kind, _NAME)
    memo = _text(row.description, _MEMO)
    part = f"/{row.part}" if row.parts > 1 else ""
    return (
        f"<STMTTRN><TRNTYPE>{_TYPES[row.kind]}</TRNTYPE><DTPOSTED>{_time(row.posted_at)}</DTPOSTED>"
        f"<DTUSER>{_time(row.authorised_at)}</DTUSER><TRNAMT>{amount(-row.owed_cents)}</TRNAMT>"
        f"<FITID>{row.id}{part}</FITID><NAME>{name}</NAME>"
        + (f"<MEMO>{memo}</MEMO>" if memo else "")
        + "</STMTTRN>\n"
    )


def _text(text: str, longest: int) -> str:
    return escape(_UNWRITABLE.sub(" ", text)[:longest].strip())


def _time(moment: datetime) -> str:
    in_utc = moment.astimezone(UTC)
    # %Y alone leaves the zeros out before the year 1000, which a filter may name.
    return f"{in_utc.year:04}{in_utc:%m%d%H%M%S}.{in_utc.microsecond // 1000:03}[0:GMT]"
