"""Gives a list as a CSV file, streamed, in which no cell is a formula."""

from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse

from rest.csv_cells import Cell, encode_safe_rows


def csv_answer(
    name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> StreamingHttpResponse:
    """Return the file called `name`.csv, RFC 4180 in UTF-8; numbers stay numbers."""
    answer = StreamingHttpResponse(_lines(header, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    yield encode_safe_rows([header])
    for row in rows:
        yield encode_safe_rows([row])
