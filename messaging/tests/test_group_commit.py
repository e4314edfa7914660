import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from messaging.group_commit import GroupCommit, QueueFullError

_PATIENCE = 30


class _Gate:
    """A database that writes when it is told to, and remembers its batches."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.is_open = threading.Event()
        self.is_reached = threading.Event()

    def write(self, items: Sequence[int]) -> None:
        self.is_reached.set()
        assert self.is_open.wait(_PATIENCE)
        self.batches.append(list(items))
        if any(item < 0 for item in items):
            raise ValueError("not written")


def _group(gate: _Gate, *, batch: int = 64, queue: int = 64) -> GroupCommit[int]:
    return GroupCommit(gate.write, largest_batch=batch, longest_queue=queue)


def _wait_for(condition: threading.Event) -> None:
    assert condition.wait(_PATIENCE)


class TestGroupCommit:
    def test_writes_a_lone_item_by_itself(self) -> None:
        gate = _Gate()
        gate.is_open.set()

        _group(gate).submit(7)

        assert gate.batches == [[7]]

    def test_gathers_behind_a_batch_under_way(self) -> None:
        gate = _Gate()
        group = _group(gate, batch=5)
        with ThreadPoolExecutor(12) as pool:
            first = pool.submit(group.submit, 0)
            _wait_for(gate.is_reached)
            others = [pool.submit(group.submit, number) for number in range(1, 11)]
            while len(group._queue) < 10:
                threading.Event().wait(0.001)
            gate.is_open.set()
            for each in (first, *others):
                each.result(_PATIENCE)

        assert sorted(item for batch in gate.batches for item in batch) == list(range(11))
        assert [len(batch) for batch in gate.batches] == [1, 5, 5]

    def test_tells_every_waiter_of_a_batch_that_broke_and_goes_on(self) -> None:
        gate = _Gate()
        gate.is_open.set()
        group = _group(gate)

        with pytest.raises(ValueError, match="not written"):
            group.submit(-1)
        group.submit(1)

        assert gate.batches == [[-1], [1]]

    def test_refuses_at_once_when_too_many_wait(self) -> None:
        gate = _Gate()
        group = _group(gate, queue=1)
        with ThreadPoolExecutor(2) as pool:
            leader = pool.submit(group.submit, 0)
            _wait_for(gate.is_reached)
            waiter = pool.submit(group.submit, 1)
            while not group._queue:
                threading.Event().wait(0.001)

            with pytest.raises(QueueFullError):
                group.submit(2)
            gate.is_open.set()
            leader.result(_PATIENCE)
            waiter.result(_PATIENCE)

        assert gate.batches == [[0], [1]]
