"""Several processors in one group, each a process of its own, measured from a common start."""

import subprocess
import sys
import time
from uuid import uuid4

from benchmarks.harness import Sample
from benchmarks.support import processing
from messaging.topics import Topic


def run(topic: Topic, number: int, messages: int) -> Sample:
    """Work off the topic, which holds `messages`, by `number` processes; their CPU together."""
    group, share = f"bench-{uuid4()}", processing.PARTITIONS // number
    processes = [_start(topic, group, share, messages // number) for _ in range(number)]
    # The first batches, which wait for the first fetch, belong to no rate.
    before = sum(int(_expect(process, "ready")) for process in processes)
    started = time.perf_counter()
    for process in processes:
        _tell(process, "go")
    cpu = sum(float(_expect(process, "done")) for process in processes)
    seconds = time.perf_counter() - started
    for process in processes:
        _tell(process, "leave")
        process.wait(30)
    return Sample(units=messages - before, seconds=seconds, cpu_seconds=cpu)


def _start(topic: Topic, group: str, share: int, quota: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "benchmarks.support.instance", topic.name, group]
    return subprocess.Popen(
        [*command, str(share), str(quota)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _tell(process: "subprocess.Popen[str]", word: str) -> None:
    assert process.stdin is not None
    process.stdin.write(word + "\n")
    process.stdin.flush()


def _expect(process: "subprocess.Popen[str]", word: str) -> str:
    """Return what the process says behind `word`; raises RuntimeError when it says another."""
    assert process.stdout is not None
    said, _, figure = process.stdout.readline().strip().partition(" ")
    if said != word:
        raise RuntimeError(f"an instance said {said!r}, not {word!r}")
    return figure
