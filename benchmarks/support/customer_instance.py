"""One process of several that share a topic of customers; told by its parent when to start."""

import sys
import time


def main() -> None:
    """Join the group, do a first batch, say `ready` and how many; wait for a word; do the rest.

    At the end of the quota say `done` and the CPU time that the rest has taken. Arguments: topic,
    group, share of the partitions, quota of messages.
    """
    import django  # noqa: PLC0415  # settings come by the parent's environment

    django.setup()
    from benchmarks.support import customers  # noqa: PLC0415  # needs Django
    from benchmarks.support.waiting import seated  # noqa: PLC0415  # needs Django

    topic, group, share, quota = sys.argv[1:]
    consumer = customers.reader_of(topic, group)
    runtime = seated(consumer, int(share))
    while not consumer.done:
        runtime.turn()
    print(f"ready {consumer.done}", flush=True)
    sys.stdin.readline()
    started = time.process_time()
    while consumer.done < int(quota):
        runtime.turn()
    print(f"done {time.process_time() - started}", flush=True)
    sys.stdin.readline()
    runtime.leave()


if __name__ == "__main__":
    main()
