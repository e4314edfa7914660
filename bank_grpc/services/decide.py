"""Decides charges in the running transaction: reads and locks, lets the bench judge, writes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import Q

from bank_grpc.domain.authorisation import Account, KnownNumber
from bank_grpc.domain.charging import Bench, Charge, KnownToken, Verdict
from bank_grpc.domain.guessing import NO_GUESSES, Guesses
from bank_grpc.models import CardStatus, Payment, PaymentToken
from bank_grpc.presenters import verdict_recorded
from bank_grpc.services import decided_sql
from cards import rules
from messaging import outbox

Key = tuple[str, str]
ACCOUNT_COLUMNS: Final = (
    "id",
    "status",
    "limit_cents",
    "balance_cents",
    "wrong_codes",
    "wrong_code_at",
)


class Decided(NamedTuple):
    """What a payment's row says of a decision, made now or long ago."""

    payment_id: str
    request_digest: str
    refusal_code: str
    balance_after_cents: int | None
    amount_cents: int
    created_at: datetime


def decide(
    charges: Sequence[Charge], now: datetime, *, traces: Mapping[str, str], looks_back: bool
) -> list[Decided]:
    """Return each charge's decision; the first of several with one key decides for all of them.

    `traces` gives each charge's traceparent by its id. Unless it `looks_back`, a key that has been
    answered before is met by the unique key: IntegrityError, and nothing is done.
    """
    decided = _decided_before(charges) if looks_back else {}
    fresh = first_of_each(charges)
    new = [each for key, each in fresh.items() if key not in decided]
    bench = _bench(new, now)
    verdicts = bench.judge(new)
    _write(verdicts, now, traces)
    note_guesses(bench.guesses)
    decided |= _by_key(verdicts, now)
    return [decided[each.scope, each.request_key] for each in charges]


def answered(
    charges: Sequence[Charge], verdicts: Sequence[Verdict], now: datetime
) -> list[Decided]:
    """Return what was decided at `now` for each charge, of each key by its first one's verdict."""
    if len(verdicts) == len(charges):
        return [_of(each, now) for each in verdicts]
    decided = _by_key(verdicts, now)
    return [decided[each.scope, each.request_key] for each in charges]


def _by_key(verdicts: Iterable[Verdict], now: datetime) -> dict[Key, Decided]:
    return {(each.charge.scope, each.charge.request_key): _of(each, now) for each in verdicts}


def _of(verdict: Verdict, now: datetime) -> Decided:
    charge = verdict.charge
    return Decided(
        charge.id,
        charge.digest,
        str(verdict.refusal),
        verdict.balance_after_cents,
        charge.amount_cents,
        now,
    )


def _decided_before(charges: Sequence[Charge]) -> dict[Key, Decided]:
    wanted = Q()
    for each in charges:
        wanted |= Q(scope=each.scope, request_key=each.request_key)
    return {
        (each.scope, each.request_key): Decided(
            each.id,
            each.request_digest,
            each.refusal_code,
            each.balance_after_cents,
            each.amount_cents,
            each.created_at,
        )
        for each in Payment.objects.filter(wanted)
    }


def first_of_each(charges: Sequence[Charge]) -> dict[Key, Charge]:
    """Return the charges by their keys, in their order; of several with one key the first."""
    found: dict[Key, Charge] = {}
    for each in charges:
        found.setdefault((each.scope, each.request_key), each)
    return found


def known_numbers(rows: Iterable[Any]) -> dict[str, KnownNumber]:
    """Return what `decided_sql.numbers` found, by fingerprint."""
    return {
        fingerprint: KnownNumber(card_id, last4, bool(is_current), month, year)
        for fingerprint, card_id, last4, is_current, month, year in rows
    }


def known_accounts(rows: Iterable[Any]) -> dict[str, Account]:
    """Return what stands behind cards by their ids; rows of ACCOUNT_COLUMNS."""
    return {
        card_id: Account(
            status == CardStatus.ACTIVE, limit_cents, balance_cents, _guesses(wrong, wrong_at)
        )
        for card_id, status, limit_cents, balance_cents, wrong, wrong_at in rows
    }


def _guesses(wrong: int, wrong_at: datetime | None) -> Guesses:
    # Drivers give times as they are stored: UTC, without saying so.
    return Guesses(wrong, wrong_at and wrong_at.replace(tzinfo=UTC)) if wrong else NO_GUESSES


def note_guesses(guesses: Mapping[str, Guesses]) -> None:
    """Write down the guesses at cards, by card id, whose rows this transaction has locked."""
    for text in decided_sql.guess_updates(guesses):
        with connection.cursor() as cursor:
            cursor.execute(text)


def outbox_rows(
    verdicts: Iterable[Verdict], now: datetime, traces: Mapping[str, str]
) -> list[outbox.OutboxRow]:
    """Return the event of each decision whose card is known, in the trace of its caller."""
    return [
        outbox.prepare(
            verdict_recorded(each, now),
            key=each.card_id,
            traceparent=traces[each.charge.id],
            at=now,
        )
        for each in verdicts
        if each.card_id is not None
    ]


def bench_of(
    numbers: Mapping[str, KnownNumber],
    accounts: Mapping[str, Account],
    tokens: Mapping[str, KnownToken],
    now: datetime,
) -> Bench:
    """Return who judges charges of these cards at `now`."""
    return Bench(
        numbers=numbers,
        accounts=accounts,
        tokens=tokens,
        key=settings.BANK_KEY,
        now=now,
        today=rules.day_in_brazil(now),
    )


def _bench(charges: Sequence[Charge], now: datetime) -> Bench:
    tokens = _tokens(charges)
    named = {each.fingerprint for each in charges} | {each.fingerprint for each in tokens.values()}
    wanted = named - {""}
    # The cards first: whoever replaces a number holds its card, and may do so while this waits.
    accounts = known_accounts(decided_sql.locked_cards(connection, wanted))
    numbers = known_numbers(decided_sql.numbers(connection, wanted))
    return bench_of(numbers, accounts, tokens, now)


def _tokens(charges: Sequence[Charge]) -> dict[str, KnownToken]:
    hashes = sorted({each.token_hash for each in charges if each.token_hash})
    found = PaymentToken.objects.select_for_update().filter(pk__in=hashes) if hashes else ()
    return {
        each.token_hash: KnownToken(
            each.card_number_id,
            each.scope,
            each.order_id,
            each.amount_cents,
            each.expires_at,
            each.payment_id is not None,
        )
        for each in found
    }


def _write(verdicts: Sequence[Verdict], now: datetime, traces: Mapping[str, str]) -> None:
    # First, because its unique key guards whatever follows.
    decided_sql.insert_payments(connection, verdicts, now)
    approved = [each for each in verdicts if each.is_approved]
    decided_sql.enter(connection, approved, now)
    for each in approved:
        if each.charge.token_hash:
            spent = PaymentToken.objects.filter(pk=each.charge.token_hash)
            spent.update(payment_id=each.charge.id)
    outbox.publish_rows(outbox_rows(verdicts, now, traces))
