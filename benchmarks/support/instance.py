"""One process of several that share the processor's topic; told by its parent when to start."""

import sys
import time


def main() -> None:
    """Join the group, say `ready`, wait for a word, work off the quota, say `done` and the CPU."""
    import django  # noqa: PLC0415  # settings come by the parent's environment

    django.setup()
    from benchmarks.support import processing  # noqa: PLC0415  # needs Django
    from messaging.topics import Topic  # noqa: PLC0415

    name, group, share, quota = sys.argv[1:]
    struct = processing.event_of(Topic(name=name, retention=None))
    consumer = processing.consumer_of(struct, group)
    runtime = processing.seated(consumer, int(share))
    _say("ready")
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
