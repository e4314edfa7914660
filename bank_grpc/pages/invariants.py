"""The staff's page of money invariants: what must be true, whether it is, and since when not."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bank_grpc.models import InvariantResult
from bank_grpc.pages.access import staff_only
from bank_grpc.services.invariants.check import INVARIANTS


@require_safe
@staff_only
def invariants(request: HttpRequest) -> HttpResponse:
    """Show the last result of every invariant, the broken ones first."""
    results = InvariantResult.objects.in_bulk()
    rows = [_row(each.name, str(each.sentence), results.get(each.name)) for each in INVARIANTS]
    rows.sort(key=lambda row: not row["is_broken"])
    broken = sum(row["is_broken"] for row in rows)
    checked = [row["result"].checked_at for row in rows if row["result"]]
    context = {
        "rows": rows,
        "broken": broken,
        "total": len(rows),
        "checked_at": max(checked, default=None),
    }
    return render(request, "bank/invariants.html", context)


def _row(name: str, sentence: str, result: InvariantResult | None) -> dict[str, Any]:
    is_broken = result is not None and result.broken > 0
    return {"name": name, "sentence": sentence, "result": result, "is_broken": is_broken}
