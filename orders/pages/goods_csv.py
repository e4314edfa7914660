"""Gives a list as a CSV file, streamed, in which no cell is a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from django.http import StreamingHttpResponse

# What spreadsheets take for the beginning of a formula.
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
Cell = str | int


class _Echo:
    """What csv writes to: gives each line back."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


def csv_answer(
    name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> StreamingHttpResponse:
    """Return the file called `name`.csv, RFC 4180 in UTF-8; numbers stay numbers."""
    answer = StreamingHttpResponse(_lines(header, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    yield writer.writerow(header)
    for row in rows:
        yield writer.writerow([_plain(cell) for cell in row])


def _plain(cell: Cell) -> Cell:
    is_formula = isinstance(cell, str) and cell.startswith(_DANGEROUS)
    return f"'{cell}" if is_formula else cell
