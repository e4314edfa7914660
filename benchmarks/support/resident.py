"""One process of consumers as `run_consumer` runs them, on topics of the benchmark's own."""

import sys

from config import roles


def main() -> None:
    """Run the consumers that are named, each moved to its topic; the parent ends it by a signal.

    Arguments: the metrics' port, a suffix for the groups, then pairs `name=topic`.
    """
    roles.take_on(["manage.py", "run_consumer"])
    import django  # noqa: PLC0415  # settings come by the parent's environment

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415  # needs Django

    # As every command does before its own work.
    call_command("check")
    from benchmarks.support.moving import moved  # noqa: PLC0415
    from messaging import registry  # noqa: PLC0415
    from messaging.management.commands.run_consumer import run  # noqa: PLC0415

    port, suffix, *pairs = sys.argv[1:]
    consumers = []
    for pair in pairs:
        name, _, topic = pair.partition("=")
        consumers.append(moved(registry.get(name), topic, suffix))
    run(consumers, int(port))


if __name__ == "__main__":
    main()
