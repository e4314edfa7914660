"""The generated modules are those of the .proto files, and the old wire is as it always was."""

from pathlib import Path

from bank_grpc.protos import generate, payment_pb2


def test_generated_modules_match_their_sources(tmp_path: Path) -> None:
    generate.generate(tmp_path)

    fresh = {path.name: path.read_bytes() for path in (tmp_path / "bank_grpc/protos").iterdir()}
    assert len(fresh) == 8
    assert fresh == {name: (generate.FOLDER / name).read_bytes() for name in fresh}


def test_the_old_wire_keeps_its_name_and_numbers() -> None:
    service = payment_pb2.DESCRIPTOR.services_by_name["PaymentService"]
    card = payment_pb2.PaymentRequest.CreditCard.DESCRIPTOR

    assert service.full_name == "payment.PaymentService"
    assert [method.name for method in service.methods] == ["Payment"]
    assert [(field.name, field.number) for field in card.fields] == [
        ("name", 1),
        ("number", 2),
        ("expirationMonth", 3),
        ("expirationYear", 4),
        ("cvv", 5),
    ]
