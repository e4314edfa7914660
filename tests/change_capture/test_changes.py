"""What happens to a row of the bank happens to its lean copy, and nothing else does."""

import pytest

from tests.change_capture.house import House, eventually

pytestmark = [pytest.mark.kafka, pytest.mark.mariadb]


class TestAChange:
    def test_arrives_when_a_customer_comes(self, house: House) -> None:
        customer, person = house.open_account(nome="  Zoé  Fictícia ", regiao="NE")

        row = house.wait_lean(customer, state="present")

        assert person.cpf
        assert (row["source"], row["customer_id"]) == ("banco1", str(customer))
        assert (row["name"], row["phone"], row["region"]) == (
            "Zoé Fictícia",
            "+5511900000001",
            "NE",
        )

    def test_arrives_when_a_customer_changes(self, house: House) -> None:
        customer, _ = house.open_account(regiao="N")
        before = house.wait_lean(customer, region="N")

        house.sql(
            f"UPDATE clientes SET regiao = 'S', telefone = '51 90000-0002' WHERE id = {customer}"
        )

        after = house.wait_lean(customer, region="S", phone="+5551900000002")
        assert after["version"] > before["version"]

    def test_moves_nothing_when_only_excluded_columns_change(self, house: House) -> None:
        customer, _ = house.open_account()
        before = house.wait_lean(customer, state="present")

        house.sql(
            "UPDATE clientes SET cpf = '111.222.333-00', email = 'novo@banco1.example',"
            f" endereco = 'Rua Nova, 1', renda = 1 WHERE id = {customer}"
        )
        later, _ = house.open_account()
        house.wait_lean(later, state="present")

        assert len(house.records(key=customer)) == 1
        assert house.lean(customer) == before

    def test_follows_a_customer_to_another_key(self, house: House) -> None:
        customer, _ = house.open_account(nome="Rui Exemplo")
        house.wait_lean(customer, state="present")
        other = customer + 1_000_000

        house.sql(f"UPDATE clientes SET id = {other} WHERE id = {customer}")

        house.wait_lean(other, state="present", name="Rui Exemplo")
        gone = house.wait_lean(customer, state="deleted")
        assert not gone["name"]
        assert gone["phone"] is None

    def test_keeps_a_customer_who_was_replaced(self, house: House) -> None:
        customer, _ = house.open_account(nome="Ana Antes")
        house.wait_lean(customer, name="Ana Antes")

        house.sql(
            f"REPLACE INTO clientes SELECT id, 'Ana Depois', cpf, email, telefone, regiao,"
            " nascimento, nome_mae, endereco, cidade, cep, renda, observacoes, alterado_em"
            f" FROM clientes WHERE id = {customer}"
        )

        house.wait_lean(customer, state="present", name="Ana Depois")


class TestADeletion:
    def test_leaves_a_hash_and_a_version_by_event_and_null_value(self, house: House) -> None:
        customer, _ = house.open_account()
        house.wait_lean(customer, state="present")

        house.sql(f"DELETE FROM clientes WHERE id = {customer}")

        row = house.wait_lean(customer, state="deleted")
        eventually(lambda: house.records(key=customer)[-1].value() is None, "the tombstone")
        assert [row[each] for each in ("source", "customer_id", "name", "phone", "region")] == [
            *("", "", ""),
            None,
            "",
        ]
        assert b'"op":"d"' in house.records(key=customer)[-2].value()

    @pytest.mark.parametrize(
        ("mode", "last_value"),
        [
            ("tombstone", b"null"),
            ("delete-to-tombstone", None),
            ("rewrite", b"the row itself"),
        ],
    )
    def test_is_understood_from_flattened_rows(
        self, house: House, mode: str, last_value: bytes | None
    ) -> None:
        house.sql(
            "CREATE TABLE IF NOT EXISTS fichas LIKE clientes",
            "ALTER TABLE fichas AUTO_INCREMENT = 5000000",
            "GRANT SELECT ON legado.fichas TO 'captura'@'127.0.0.1'",
        )
        customer, _ = house.open_account("fichas", nome="Caio da Ficha")
        name = f"fichas-{mode}"
        house.connect(
            name,
            **{
                "table.include.list": "legado.fichas",
                "column.include.list": "legado.fichas.(id|nome|telefone|regiao)",
                "transforms": "flat,route",
                "transforms.flat.type": "io.debezium.transforms.ExtractNewRecordState",
                "transforms.flat.delete.tombstone.handling.mode": mode,
                "transforms.flat.add.headers": "op,source.file,source.pos,source.row",
                "transforms.route.regex": f"{name}\\.legado\\.fichas",
            },
        )
        try:
            house.wait_lean(customer, state="present", name="Caio da Ficha")
            house.sql(f"UPDATE fichas SET regiao = 'CO' WHERE id = {customer}")
            house.wait_lean(customer, region="CO")

            house.sql(f"DELETE FROM fichas WHERE id = {customer}")

            house.wait_lean(customer, state="deleted", name="", phone=None)
            first, *_, last = [each.value() for each in house.records(key=customer)]
            assert b'"before"' not in first
            assert last == last_value or (mode == "rewrite" and b'"__deleted":"true"' in last)
        finally:
            house.disconnect(name)
