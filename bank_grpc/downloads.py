"""Statement, invoice and lists as files to download, for REST and pages alike."""

from collections.abc import Iterable, Sequence
from typing import Final

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from bank_grpc.services.exports.csv_file import csv_of, csv_of_rows
from bank_grpc.services.exports.ofx_file import ofx_of
from bank_grpc.services.exports.pdf_file import pdf_of
from bank_grpc.services.exports.sheet import Sheet

KINDS: Final = ("csv", "ofx", "pdf")
_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "ofx": "application/x-ofx",
    "pdf": "application/pdf",
}


def download(sheet: Sheet, kind: str, name: str) -> HttpResponseBase:
    """Return the file of `kind`, called `name`; raises TooManyLinesError for a PDF too long."""
    language = translation.get_language() or "en"
    answer: HttpResponseBase
    if kind == "pdf":
        answer = HttpResponse(pdf_of(sheet, language=language), content_type=_TYPES[kind])
    else:
        pieces = csv_of(sheet) if kind == "csv" else ofx_of(sheet, language=language)
        answer = StreamingHttpResponse(pieces, content_type=_TYPES[kind])
    return _attached(answer, f"{name}.{kind}")


def download_rows(
    name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]
) -> HttpResponseBase:
    """Return any other list as a CSV file called `name`.csv, streamed."""
    pieces = csv_of_rows(columns, rows)
    answer = StreamingHttpResponse(pieces, content_type=_TYPES["csv"])
    return _attached(answer, f"{name}.csv")


def _attached(answer: HttpResponseBase, name: str) -> HttpResponseBase:
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
