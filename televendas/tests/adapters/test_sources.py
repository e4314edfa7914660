"""Every shape that a source writes is read to the same lean record, and to nothing else."""

import pytest

from messaging.errors import PoisonError
from televendas.adapters.sources import read
from televendas.domain import versions
from televendas.events import CustomerRead
from televendas.tests.samples import (
    FORBIDDEN,
    PERSON,
    at,
    created,
    deleted,
    envelope,
    flat,
    flattened,
    gone,
    lean,
    maria,
    position_headers,
    record,
    with_schema,
)

KEY = {"id": 1}


class TestAnEnvelope:
    @pytest.mark.parametrize("op", ["r", "c", "u"])
    def test_tells_of_somebody_who_is_there(self, op: str) -> None:
        change = envelope(op, 288974, before=None, after={**PERSON, **FORBIDDEN})

        assert read(record(change, key=KEY)) == maria(at(288974))

    def test_may_come_with_its_schema(self) -> None:
        assert read(record(with_schema(created(10)))) == maria(at(10))

    def test_tells_of_somebody_who_left(self) -> None:
        assert read(record(deleted(11), key=KEY)) == gone(at(11))

    def test_finds_in_the_key_who_left_when_the_row_is_not_told(self) -> None:
        assert read(record(envelope("d", 11), key=with_schema(KEY))) == gone(at(11))

    @pytest.mark.parametrize("marker", ["last", "last_in_data_collection"])
    def test_tells_the_end_of_a_snapshot(self, marker: str) -> None:
        change = envelope("r", 5, after=PERSON, snapshot=marker)

        assert read(record(change)) == maria(at(5), snapshot_ends=True)

    @pytest.mark.parametrize("marker", ["true", "first", "false", "incremental"])
    def test_tells_nothing_of_the_kind_before_it(self, marker: str) -> None:
        assert not read(record(envelope("r", 5, after=PERSON, snapshot=marker))).snapshot_ends

    def test_of_an_emptied_table_is_a_snapshot_that_nobody_was_in(self) -> None:
        expected = CustomerRead(origin="banco1", customer_id="", version=at(99), snapshot_ends=True)

        assert read(record(envelope("t", 99))) == expected

    def test_without_a_place_in_the_log_is_poison(self) -> None:
        change = created(10) | {"source": {"file": None, "pos": 4}}

        with pytest.raises(PoisonError, match="no_version"):
            read(record(change))

    @pytest.mark.parametrize("op", ["m", "x", ""])
    def test_of_another_kind_is_poison(self, op: str) -> None:
        with pytest.raises(PoisonError, match="unknown_op"):
            read(record(envelope(op, 10, after=PERSON)))


class TestAFlattenedRow:
    def test_has_its_place_in_added_fields(self) -> None:
        row = flattened(__source_file="bin.000001", __source_pos=7, __source_row=2)

        assert read(record(row)) == maria(at(7, 2))

    def test_has_its_place_in_headers(self) -> None:
        assert read(record(flattened(), headers=position_headers(7))) == maria(at(7))

    @pytest.mark.parametrize("value", ["true", True])
    def test_says_itself_that_it_left(self, value: object) -> None:
        row = flattened(__deleted=value)

        assert read(record(row, headers=position_headers(8))) == gone(at(8))

    def test_may_come_with_its_schema(self) -> None:
        value = with_schema(flattened())

        assert read(record(value, headers=position_headers(7))) == maria(at(7))

    def test_without_a_place_is_poison(self) -> None:
        with pytest.raises(PoisonError, match="no_version"):
            read(record(flattened()))


class TestATombstone:
    @pytest.mark.parametrize("value", [None, b"null", with_schema(None)])
    @pytest.mark.parametrize("key", [KEY, with_schema(KEY)])
    def test_says_by_its_key_who_left(self, value: object, key: object) -> None:
        assert read(record(value, key=key)) == gone(None)

    def test_has_its_place_where_headers_tell_it(self) -> None:
        found = read(record(None, key=KEY, headers=position_headers(12)))

        assert found == gone(at(12))

    @pytest.mark.parametrize("key", [b"000042", b'"000042"', {"CD_CLIENTE": "000042"}])
    def test_of_a_source_without_versions_has_its_offset(self, key: object) -> None:
        expected = gone(versions.of_number(77), origin="banco1_rows", customer_id="000042")

        assert read(record(None, key=key, offset=77)) == expected

    def test_of_our_own_has_a_type(self) -> None:
        headers = (("ce_type", b"customers.customer_changed.v1"),)

        found = read(record(None, key=b"c-1", headers=headers))

        assert found == gone(None, origin="shop", customer_id="c-1")

    @pytest.mark.parametrize(
        "key",
        [None, b"", b"{", b'{"id":[1]}', b'{"other":1}', b'{"id":null}', b'"', b"\xff", b"[1]\n"],
    )
    def test_whose_key_says_nothing_is_poison(self, key: bytes | None) -> None:
        with pytest.raises(PoisonError):
            read(record(None, key=key))


class TestOurOwnEvent:
    def test_is_read(self) -> None:
        expected = maria(versions.of_number(3), origin="shop", customer_id="c-1", region="SP")

        assert read(record(lean(3))) == expected

    def test_without_phone_says_that_it_is_withheld(self) -> None:
        found = read(record(lean(phone=None)))

        assert (found.phone, found.phone_problem) == (None, "withheld")

    @pytest.mark.parametrize(("erased", "deleted_"), [(True, True), (True, False), (False, True)])
    def test_tells_of_deletes_and_erasures(self, *, erased: bool, deleted_: bool) -> None:
        found = read(record(lean(9, erased=erased, deleted=deleted_)))

        assert (found.is_erased, found.is_deleted) == (erased, True)
        assert (found.name, found.phone, found.region) == ("", None, "")

    @pytest.mark.parametrize("version", [-1, 1.5, None, "x", True, 10**41])
    def test_with_a_version_that_does_not_count_is_poison(self, version: object) -> None:
        with pytest.raises(PoisonError):
            read(record(lean() | {"version": version}))

    @pytest.mark.parametrize("column", ["name", "phone", "region", "version"])
    def test_with_a_column_missing_is_poison(self, column: str) -> None:
        value = {name: field for name, field in lean().items() if name != column}

        with pytest.raises(PoisonError, match=f"missing_field: {column}"):
            read(record(value))


class TestAFlatRow:
    def test_is_read_by_its_own_columns(self) -> None:
        expected = maria(
            versions.of_number(5),
            origin="banco1_rows",
            customer_id="000042",
            name="MARIA DA SILVA",
            region="3",
        )

        assert read(record(flat(), offset=5)) == expected

    def test_says_by_its_status_that_somebody_left(self) -> None:
        found = read(record(flat(STATUS="I"), offset=6))

        assert found == gone(versions.of_number(6), origin="banco1_rows", customer_id="000042")

    def test_may_have_columns_that_are_called_like_a_frame(self) -> None:
        row = flat(source="shop floor", op=7, before="x", payload=[1])

        assert read(record(row)).customer_id == "000042"
