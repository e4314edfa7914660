"""One process of the telesales reader, on a topic and in a group of the proof's own."""

import sys
from dataclasses import replace
from typing import ClassVar


def main() -> None:
    """Run until told to stop. Arguments: topic, group, port of the metrics."""
    import django  # noqa: PLC0415  # settings come by the parent's environment

    django.setup()
    from messaging.consumer import Takes  # noqa: PLC0415  # needs Django
    from messaging.management.commands.run_consumer import run  # noqa: PLC0415
    from messaging.topics import Topic, declare  # noqa: PLC0415
    from televendas.adapters import sources  # noqa: PLC0415
    from televendas.consumers.televendas import Televendas  # noqa: PLC0415
    from televendas.events import CUSTOMERS, CustomerRead  # noqa: PLC0415

    topic, group, port = sys.argv[1:]

    class Moved(CustomerRead, frozen=True, kw_only=True):
        TOPIC: ClassVar[Topic] = declare(replace(CUSTOMERS, name=topic))

    takes = (Takes(Moved, default=True, opens=sources.read),)
    run([type("MovedTelevendas", (Televendas,), {"name": group, "takes": takes})], int(port))


if __name__ == "__main__":
    main()
