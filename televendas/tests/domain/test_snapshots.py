"""A sweep waits until all of the snapshot has been read, and takes who was not in it."""

from televendas.domain.snapshots import is_missing, is_read_past


def test_everything_was_read_when_each_partition_is_past_its_end() -> None:
    assert is_read_past({0: 10, 1: 5}, {0: 10, 1: 7})
    assert not is_read_past({0: 10, 1: 5}, {0: 10, 1: 4})


def test_an_empty_partition_need_not_be_read() -> None:
    assert is_read_past({0: 10, 1: 0}, {0: 10})
    assert not is_read_past({0: 10, 1: 1}, {0: 10})


def test_nothing_is_known_before_the_ends_are() -> None:
    assert not is_read_past({}, {0: 10})


def test_who_is_older_than_the_snapshot_was_not_in_it() -> None:
    assert is_missing("01", "02")
    assert not is_missing("02", "02")
    assert not is_missing("03", "02")
