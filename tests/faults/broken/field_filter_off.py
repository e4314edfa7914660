"""A broken build: what the record holds beside the allowed fields is not dropped."""


def pytest_sessionstart() -> None:
    """Let it through with the name once Django is there."""
    import json

    from msgspec import structs

    from messaging.records import Record
    from televendas.adapters.sources import Reader
    from televendas.events import CustomerRead

    sound = Reader.read

    def read(self: Reader, record: Record) -> CustomerRead:
        event = sound(self, record)
        if event.is_deleted:
            return event
        change = json.loads(record.value or b"{}")
        row = change.get("payload", change)
        row = row.get("after") or row
        return structs.replace(event, name=f"{row['email']} {event.name}"[:120])

    Reader.read = read
