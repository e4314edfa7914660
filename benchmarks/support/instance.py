"""One process of several that share the processor's topic; told by its parent when to start."""

import sys
import time


def main() -> None:
    """Join the group, do a first batch, say `ready` and how many; wait for a word; do the rest.

    At the end of the quota say `done` and the CPU time that the rest has taken.
    """
    import django  # noqa: PLC0415  # settings come by the parent's environment

    django.setup()
    from benchmarks.support import processing  # noqa: PLC0415  # needs Django
    from benchmarks.support.waiting import seated  # noqa: PLC0415  # needs Django
    from messaging.topics import Topic  # noqa: PLC0415

    name, group, share, quota = sys.argv[1:]
    struct = processing.event_of(Topic(name=name, retention=None))
    consumer = processing.consumer_of(struct, group)
    runtime = seated(consumer, int(share))
    while not consumer.done:
        runtime.turn()
    _say(f"ready {consumer.done}")
    sys.stdin.readline()
    started = time.process_time()
    while consumer.done < int(quota):
        runtime.turn()
    _say(f"done {time.process_time() - started}")
    sys.stdin.readline()
    runtime.leave()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
