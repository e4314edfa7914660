"""No byte of a CPF, an e-mail or an address leaves the bank, and the search would find one."""

import pytest

from tests.change_capture.house import House, eventually

pytestmark = [pytest.mark.kafka, pytest.mark.mariadb]
_PEOPLE = 40


def forbidden(house: House) -> list[bytes]:
    """Make people, change and delete some; return what must not be found of them."""
    made = [house.open_account() for _ in range(_PEOPLE)]
    found, changes = [], []
    for customer, person in made:
        email = f"{customer:06}.novo@banco1.example"
        found += [person.cpf, person.email, person.endereco, person.cep, email]
        changes.append(f"UPDATE clientes SET email = '{email}', regiao = 'S' WHERE id = {customer}")
    changes += [f"DELETE FROM clientes WHERE id = {customer}" for customer, _ in made[::4]]
    house.sql(*changes)
    house.wait_lean(made[-4][0], state="deleted")
    house.wait_lean(made[-1][0], state="present", region="S")
    return [each.encode() for each in found]


def hits(canaries: list[bytes], *contents: bytes) -> int:
    return sum(content.count(canary) for content in contents for canary in canaries)


class TestTheTopic:
    def test_holds_no_excluded_value_where_a_connector_without_the_list_leaks_all(
        self, house: House
    ) -> None:
        canaries = forbidden(house)

        allowed = [b"telefone", b'"regiao":"S"']
        eventually(lambda: hits(allowed, house.log_bytes("customers")) > _PEOPLE, "all changes")
        customers = house.log_bytes("customers")

        assert hits(canaries, customers) == 0
        assert hits(canaries, *what_connect_keeps(house), *the_copy(house)) == 0

        house.connect("controle", **{"column.include.list": "", "transforms": ""})
        try:
            topic = "controle.legado.clientes"
            last, person = house.open_account()
            eventually(lambda: person.cpf.encode() in house.log_bytes(topic), "the control's leak")
        finally:
            house.disconnect("controle")
        leaked = [*canaries, person.cpf.encode()]
        eventually(lambda: hits(leaked, house.log_bytes(topic)) > _PEOPLE, "everybody's leak")
        assert house.wait_lean(last, state="present")
        assert person.cpf.encode() not in house.log_bytes("customers")


def what_connect_keeps(house: House) -> list[bytes]:
    """Return Connect's offsets, history, settings and log."""
    kept = [path for path in (house.plan.var / "connect").iterdir() if path.is_file()]
    return [path.read_bytes() for path in [*kept, house.plan.var / "log" / "connect.log"]]


def the_copy(house: House) -> list[bytes]:
    """Return the files of the copy's database and its reader's log."""
    paths = [*house.plan.var.glob("televendas.sqlite3*"), house.plan.var / "log" / "televendas.log"]
    return [path.read_bytes() for path in paths]
