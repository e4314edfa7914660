"""The guide's worked example, taken from its page and run on a real Kafka."""

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from confluent_kafka.cimpl import NewTopic
from pytest_django import Settings

from messaging import clients
from messaging.confirmed import confirmed
from messaging.tests import outbox_kit as kit

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "guides" / "adding-a-consumer.md").read_text()
_FILE = re.compile(r"<!-- file: (?P<path>\S+) -->\n```python\n(?P<text>.*?)```", re.DOTALL)
_COMMAND = re.compile(r"<!-- run -->\n```sh\npython (?P<command>.*?)\n```")
SETTINGS = """
from config.settings.test import *

INSTALLED_APPS = [*INSTALLED_APPS, "guestbook"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
"""


class Place:
    """A folder with the guide's app in it, and a database of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "guide.sqlite3"
        self.files = {match["path"]: match["text"] for match in _FILE.finditer(GUIDE)}
        self.write("guestbook/__init__.py", "")
        self.write("guide_settings.py", SETTINGS)

    def write(self, path: str, text: str | None = None) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(self.files[path] if text is None else text)

    def environment(self, **more: str) -> dict[str, str]:
        return {
            **os.environ,
            "PYTHONPATH": f"{self.folder}{os.pathsep}{ROOT}",
            "DJANGO_SETTINGS_MODULE": "guide_settings",
            "DATABASE_URL": f"sqlite:///{self.database}",
            "TRILHO_VAR": str(self.folder),
            **more,
        }

    def python(self, *arguments: str, **more: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment(**more),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def pytest(self) -> str:
        tests = str(self.folder / "guestbook" / "tests")
        options = ("-q", "-p", "no:cacheprovider", "--rootdir", str(self.folder))
        return self.python("-m", "pytest", *options, "--import-mode=importlib", tests)

    def greetings(self) -> list[str]:
        with sqlite3.connect(self.database) as connection:
            rows = connection.execute("SELECT text FROM guestbook_greeting ORDER BY text")
            return [text for (text,) in rows]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path)
    made.write("guestbook/events.py")
    made.write("guestbook/models.py")
    match = _COMMAND.search(GUIDE)
    assert match
    made.python(*match["command"].split())
    return made


class TestStartConsumer:
    def test_writes_a_test_that_passes_and_waits_to_be_filled_in(self, place: Place) -> None:
        assert "1 passed" in place.pytest()

    def test_writes_a_consumer_that_is_found_without_another_edit(self, place: Place) -> None:
        assert "greeter" in place.python("manage.py", "run_consumer", "--list")


class TestWorkedExample:
    def test_passes_its_own_test(self, place: Place) -> None:
        place.write("guestbook/consumers/greeter.py")
        place.write("guestbook/tests/consumers/test_greeter.py")

        assert "2 passed" in place.pytest()

    @pytest.mark.kafka
    def test_runs_on_kafka(self, place: Place, kafka_bootstrap: str, settings: Settings) -> None:
        settings.KAFKA_BOOTSTRAP_SERVERS = kafka_bootstrap
        place.write("guestbook/consumers/greeter.py")
        place.python("manage.py", "migrate", "--run-syncdb", "--verbosity", "0")
        headers = {"ce_type": "guestbook.guest_arrived.v1", "ce_source": "/guide"}
        with topics("guests", "greeter.dlq"), consumer(place, kafka_bootstrap):
            with confirmed() as send:
                for name in ("Ana", "Rui"):
                    body = f'{{"name": "{name}"}}'.encode()
                    send("guests", body, name, headers=dict(headers))

            kit.wait_for(lambda: len(place.greetings()) == 2, 60)

        assert place.greetings() == ["Welcome, Ana", "Welcome, Rui"]


@contextmanager
def topics(*names: str) -> Iterator[None]:
    """Have the topics while the block runs, new and empty."""
    admin = clients.admin()
    for future in admin.create_topics([NewTopic(name, 1, 1) for name in names]).values():
        future.result(10)
    try:
        yield
    finally:
        for future in admin.delete_topics(list(names)).values():
            future.result(10)


@contextmanager
def consumer(place: Place, bootstrap: str) -> Iterator[None]:
    """Run the greeter while the block runs; it ends well when it is told to."""
    command = [sys.executable, "manage.py", "run_consumer", "greeter"]
    environment = place.environment(KAFKA_BOOTSTRAP_SERVERS=bootstrap)
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        yield
        process.terminate()
        assert process.wait(15) == 0
    finally:
        process.kill()
