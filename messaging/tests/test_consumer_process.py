"""`run_consumer` as a process: killed anywhere, told to stop, fenced, with the broker away."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from pathlib import Path

import pytest
from pytest_django import Settings

from messaging import clients, faultpoints, runtime
from messaging.localbroker.node import wait_until_ready
from messaging.models import DeadLetter, InboxEntry, ParkedRecord
from messaging.process import EXIT_FAILURE, EXIT_MISSING_OFFSET, EXIT_TOO_MANY_DEAD_LETTERS
from messaging.tests import outbox_kit as kit
from messaging.tests.behaviour.worlds import turn_until
from messaging.tests.consumer_case import NOTES, Case

pytestmark = [pytest.mark.kafka, pytest.mark.faults, pytest.mark.django_db(transaction=True)]
POINTS = tuple(
    name
    for name in faultpoints.NAMES
    if name.partition(".")[0] in {"start", "consumer", "deadletter"}
)
CALLING_POINTS = {"consumer.prepared", "consumer.called"}
# Many processes start at once, on a machine that may be busy.
PATIENCE_SECONDS = 120


@pytest.fixture(autouse=True)
def broker(kafka_bootstrap: str, settings: Settings) -> str:
    settings.KAFKA_BOOTSTRAP_SERVERS = kafka_bootstrap
    return kafka_bootstrap


class TestKilled:
    def test_at_any_fault_point_each_event_has_one_effect(
        self, broker: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(runtime, "LONGEST_POLL_SECONDS", 0.02)
        cases = {
            point: Case(broker, "calls" if point in CALLING_POINTS else "notes") for point in POINTS
        }
        for case in cases.values():
            case.note(0, NOTES // 2)
            case.produce(b"not json", b'{"number": 99}', key="dead")
            case.note(NOTES // 2, NOTES // 2)

        with ExitStack() as stack:
            killed = {
                point: stack.enter_context(case.running(TRILHO_FAULTPOINT=f"{point}:1:kill"))
                for point, case in cases.items()
            }
            deadline = time.monotonic() + PATIENCE_SECONDS
            while None in (codes := {n: each.poll() for n, each in killed.items()}).values():
                if time.monotonic() > deadline:
                    break
                time.sleep(0.1)
        assert codes == dict.fromkeys(POINTS, -signal.SIGKILL)

        # A successor in this very process saves as many starts of Python.
        successors = [case.successor() for case in cases.values()]
        turn_until(lambda: all(case.is_done() for case in cases.values()), *successors)
        turn_until(lambda: all(case.has_letter() for case in cases.values()), *successors)
        for each in successors:
            each.leave()
        for point, case in cases.items():
            # A calling consumer of the scratch app parks nothing, so 99 comes through there.
            late = [99] if point in CALLING_POINTS else []
            assert case.numbers() == [*range(NOTES), *late], point
            assert InboxEntry.objects.filter(consumer=case.consumer).count() == NOTES + len(late)
            assert DeadLetter.objects.filter(consumer=case.consumer).count() == 1, point
            parked = ParkedRecord.objects.filter(consumer=case.consumer).count()
            assert parked == 1 - len(late), point

    def test_member_is_followed_by_another_one(self, broker: str) -> None:
        case = Case(broker)
        with case.running() as first, case.running():
            case.note(0, 10, "a")
            kit.wait_for(lambda: case.is_done(10))
            first.kill()
            case.note(10, 10, "a")
            case.note(20, 10, "b")

            kit.wait_for(lambda: case.is_done(30))

        assert case.numbers() == list(range(30))


class TestTold:
    def test_to_stop_under_load_loses_and_doubles_nothing(self, broker: str) -> None:
        case = Case(broker)
        case.note(0, 3000)
        with case.running() as process:
            kit.wait_for(lambda: case.is_done(1))
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0

        with case.running():
            kit.wait_for(lambda: case.is_done(3000), 60)

        assert case.numbers() == list(range(3000))


class TestEnd:
    def test_of_a_fenced_client_is_a_failure_for_the_supervisor(self, broker: str) -> None:
        case = Case(broker)
        case.note(0, 1)
        fenced = {
            "KAFKA_GROUP_PROTOCOL": "classic",
            "KAFKA_CLIENT_OPTIONS": "group.instance.id=only-one",
        }
        with case.running(**fenced) as first:
            kit.wait_for(lambda: case.is_done(1))
            with case.running(**fenced):
                assert first.wait(30) == EXIT_FAILURE

    def test_of_too_many_dead_letters_has_its_own_code(self, broker: str) -> None:
        case = Case(broker)
        case.produce(*[b"{"] * 5)
        with case.running(TRILHO_SCRATCH_LIMIT="2") as process:
            assert process.wait(30) == EXIT_TOO_MANY_DEAD_LETTERS

        assert DeadLetter.objects.filter(consumer=case.consumer).count() == 2

    def test_waits_for_a_person_where_probes_can_say_so(self, broker: str) -> None:
        case = Case(broker)
        case.produce(*[b"{"] * 5)
        port = str(kit.free_port())
        with case.running("--metrics-port", port, TRILHO_SCRATCH_LIMIT="2") as process:
            kit.wait_for(lambda: "halted: " in kit.asked(port, "readyz").text)
            alive, metrics = kit.asked(port, "healthz"), kit.asked(port, "metrics").text
            process.terminate()
            code = process.wait(10)

        assert alive.status_code == HTTPStatus.OK
        assert f'trilho_consumer_halted{{consumer="{case.consumer}"}} 1.0' in metrics
        assert code == EXIT_TOO_MANY_DEAD_LETTERS

    def test_of_a_lost_offset_has_its_own_code(self, broker: str) -> None:
        case = Case(broker)
        case.note(0, 1)
        with case.running() as process:
            kit.wait_for(lambda: case.is_done(1))
            process.terminate()
            assert process.wait(10) == 0
        admin = clients.admin()
        kit.wait_for(
            lambda: (
                admin.delete_consumer_groups([case.consumer])[case.consumer].exception(5) is None
            )
        )

        with case.running() as process:
            assert process.wait(30) == EXIT_MISSING_OFFSET


class TestBrokerAway:
    """On a broker of its own, which is frozen: connections stay open and nothing answers."""

    def test_the_process_still_ends_in_time(self, tmp_path: Path, settings: Settings) -> None:
        with private_broker(tmp_path) as (address, kafka):
            settings.KAFKA_BOOTSTRAP_SERVERS = address
            case, impatient = Case(address), Case(address)
            case.note(0, 10)
            impatient.note(0, 10)
            with case.running() as process, impatient.running() as hurried:
                kit.wait_for(lambda: case.is_done(10))
                kit.wait_for(lambda: impatient.is_done(10))
                kafka.send_signal(signal.SIGSTOP)
                process.send_signal(signal.SIGTERM)
                hurried.send_signal(signal.SIGTERM)

                # A signal that finds the one before still unheard is one with it.
                kit.wait_for(lambda: hurry(hurried))

                assert hurried.wait(3) != 0
                assert process.wait(10) == 0


def hurry(process: "subprocess.Popen[bytes]") -> bool:
    """Tell the process to end once more; tell whether it has."""
    process.send_signal(signal.SIGTERM)
    return process.poll() is not None


@contextmanager
def private_broker(folder: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Run a broker that a test may freeze; it is killed at the end."""
    port = kit.free_port()
    command = [sys.executable, "manage.py", "run_kafka", "--port", str(port)]
    command += ["--folder", str(folder), "--heap", "128"]
    kafka = subprocess.Popen(command, cwd=kit.ROOT, stdout=subprocess.DEVNULL, env=os.environ)
    try:
        address = f"127.0.0.1:{port}"
        assert wait_until_ready(address, 60)
        yield address, kafka
    finally:
        # What is left in it would call for this broker until the end of the test run.
        clients.discard(clients.producer(bootstrap_servers=address))
        kafka.kill()
        kafka.wait(10)
