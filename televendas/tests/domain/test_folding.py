"""Any order, repetition and loss of a person's records ends in the same row."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from televendas.domain import folding
from televendas.domain.folding import (
    DELETED,
    ERASED,
    PRESENT,
    Act,
    Place,
    Reading,
    Standing,
    fold,
    newest_write,
)

# bin/faults asks for 20,000.
CASES = int(os.environ.get("TRILHO_PROPERTY_CASES", "300"))
many = settings(max_examples=CASES)


@dataclass(frozen=True, slots=True)
class Sent:
    """One record as its source sends it, before it has a place."""

    act: Act
    version: str | None


TOMBSTONE = Sent(Act.DELETE, None)


def placed(log: Sequence[Sent], partition: int = 0) -> list[Reading]:
    return [Reading(each.act, each.version, Place(partition, at)) for at, each in enumerate(log)]


def write(version: int) -> Sent:
    return Sent(Act.WRITE, f"{version:02d}")


def delete(version: int) -> Sent:
    return Sent(Act.DELETE, f"{version:02d}")


def erase(version: int) -> Sent:
    return Sent(Act.ERASE, f"{version:02d}")


def outcome(standing: Standing | None) -> tuple[str, str] | None:
    return None if standing is None else (standing.state, standing.version)


def folded(log: Sequence[Sent]) -> tuple[str, str] | None:
    return outcome(fold(None, placed(log)).standing)


# A delete may bring its tombstone along, as Debezium sends it: right behind it, in the same key.
units = st.one_of(
    st.builds(lambda version: (write(version),), st.integers(1, 9)),
    st.builds(lambda version: (delete(version),), st.integers(1, 9)),
    st.builds(lambda version: (delete(version), TOMBSTONE), st.integers(1, 9)),
)
erasures = st.builds(lambda version: (erase(version),), st.integers(1, 9))


class TestAnyOrder:
    @many
    @given(st.data(), st.lists(units, min_size=1, max_size=8))
    def test_ends_with_the_newest_and_a_delete_outweighs_a_write(
        self, data: st.DataObject, sent: list[tuple[Sent, ...]]
    ) -> None:
        repeated = sent + data.draw(st.lists(st.sampled_from(sent), max_size=6))
        log = [each for unit in data.draw(st.permutations(repeated)) for each in unit]

        newest = max((unit[0].version or "", unit[0].act is Act.DELETE) for unit in sent)
        assert folded(log) == (DELETED if newest[1] else PRESENT, newest[0])

    @many
    @given(st.data(), st.lists(units, max_size=8), st.lists(erasures, min_size=1, max_size=2))
    def test_ends_erased_once_there_is_an_erasure(
        self, data: st.DataObject, sent: list[tuple[Sent, ...]], erased: list[tuple[Sent, ...]]
    ) -> None:
        everything = [*sent, *erased]
        repeated = everything + data.draw(st.lists(st.sampled_from(everything), max_size=6))
        log = [each for unit in data.draw(st.permutations(repeated)) for each in unit]

        standing = fold(None, placed(log)).standing

        newest = max(unit[0].version or "" for unit in erased)
        assert standing == Standing(ERASED, newest, newest, "")

    @many
    @given(st.data(), st.lists(st.one_of(units, erasures), min_size=1, max_size=8))
    def test_is_the_same_in_batches_of_any_size(
        self, data: st.DataObject, sent: list[tuple[Sent, ...]]
    ) -> None:
        log = placed([each for unit in sent for each in unit])
        at = data.draw(st.integers(0, len(log)))

        first = fold(None, log[:at])
        second = fold(first.standing, log[at:])

        assert second.standing == fold(None, log).standing

    @many
    @given(st.lists(st.integers(1, 9), min_size=1, max_size=8))
    def test_of_writes_alone_needs_no_look_at_what_stands(self, versions: list[int]) -> None:
        log = placed([write(version) for version in versions])

        chosen = newest_write(each.version or "" for each in log)

        assert chosen == fold(None, log).written


def history(kinds: Sequence[str]) -> list[list[Sent]]:
    """Return what a source does with one person, version after version, as it would send it."""
    sent = []
    for version, kind in enumerate(kinds, start=1):
        if kind == "write":
            sent.append([write(version)])
        elif kind == "delete":
            sent.append([delete(version), TOMBSTONE])
        else:
            # A source that says goodbye with the tombstone alone.
            sent.append([write(version), TOMBSTONE])
    return sent


histories = st.lists(st.sampled_from(["write", "delete", "bury"]), min_size=1, max_size=7)


class TestAConnectorThatStartsAgain:
    @many
    @given(st.data(), histories)
    def test_ends_where_it_would_have_ended(self, data: st.DataObject, kinds: list[str]) -> None:
        sent = history(kinds)
        whole = [each for unit in sent for each in unit]
        log: list[Sent] = []
        for _ in range(data.draw(st.integers(0, 4))):
            start = data.draw(st.integers(0, len(sent) - 1))
            rest = [each for unit in sent[start:] for each in unit]
            # Killed anywhere, also between a delete and its tombstone.
            log += rest[: data.draw(st.integers(0, len(rest)))]
        resumed = data.draw(st.integers(0, len(sent) - 1))
        log = whole + log + [each for unit in sent[resumed:] for each in unit]

        assert folded(log) == folded(whole)

    @many
    @given(st.data(), histories)
    def test_is_not_undone_by_a_tombstone_tried_again(
        self, data: st.DataObject, kinds: list[str]
    ) -> None:
        log = placed([each for unit in history(kinds) for each in unit])
        standing = fold(None, log).standing
        buried = [each for each in log if each.version is None]
        again = data.draw(st.lists(st.sampled_from(buried), max_size=3)) if buried else []

        assert outcome(fold(standing, again).standing) == outcome(standing)


class TestATombstone:
    def test_belongs_to_the_delete_before_it(self) -> None:
        assert folded([write(1), delete(2), TOMBSTONE, write(3), delete(2), TOMBSTONE]) == (
            PRESENT,
            "03",
        )

    def test_deletes_what_was_read_before_it(self) -> None:
        assert folded([write(5), TOMBSTONE]) == (DELETED, "05")

    def test_blocks_what_is_not_newer_afterwards(self) -> None:
        assert folded([write(5), TOMBSTONE, write(4), write(5)]) == (DELETED, "05")

    def test_lets_the_newer_come(self) -> None:
        assert folded([write(5), TOMBSTONE, write(6)]) == (PRESENT, "06")

    def test_of_somebody_unknown_says_nothing(self) -> None:
        assert folded([TOMBSTONE]) is None

    def test_of_another_partition_is_not_taken_for_an_old_one(self) -> None:
        standing = Standing(PRESENT, "05", "05", "1/900")
        tombstone = Reading(Act.DELETE, None, Place(2, 3))

        assert outcome(fold(standing, [tombstone]).standing) == (DELETED, "05")


class TestWhatIsTold:
    def test_who_was_deleted_and_came_back_within_a_batch_was_gone(self) -> None:
        told = fold(Standing(PRESENT, "01", "01", "0/0"), placed([delete(2), write(3)]))

        assert (outcome(told.gone), told.gone_at, told.written) == ((DELETED, "02"), 0, 1)

    def test_who_came_too_late_only_moves_what_was_read(self) -> None:
        before = Standing(PRESENT, "05", "05", "0/0")

        told = fold(before, [Reading(Act.DELETE, "03", Place(0, 7))])

        assert told == folding.Folded(Standing(PRESENT, "05", "03", "0/7"), None, None, None)
