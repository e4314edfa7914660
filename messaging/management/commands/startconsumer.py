"""Writes a new consumer and its test, ready to be filled in."""

import keyword
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.core.management.base import CommandError, CommandParser

from messaging import registry
from messaging.commands import ExampleCommand
from messaging.events import Event
from messaging.scaffold import INIT, consumer_source, test_source

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{1,47}")
_EXAMPLES = """
examples:
  manage.py startconsumer orders picking --topic processo-de-pagamento
  manage.py startconsumer transactions audit --topic transactions --topic transactions_result

It writes APP/consumers/NAME.py and APP/tests/consumers/test_NAME.py, and touches nothing else:
`manage.py run_consumer NAME` finds the class by itself. docs/guides/adding-a-consumer.md goes on.
"""


class Command(ExampleCommand):
    help = "Write the class and the test of a new consumer."
    examples = _EXAMPLES

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("app", metavar="APP", help="label of the app that owns the consumer")
        parser.add_argument("name", metavar="NAME", help="the consumer's name: a_slug")
        parser.add_argument(
            "--topic",
            action="append",
            required=True,
            metavar="T",
            help="a topic that it reads; may be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"]
        if not _NAME.fullmatch(name) or keyword.iskeyword(name):
            raise CommandError(f"{name!r} is no name: lower case letters, digits and _, no keyword")
        if name in registry.consumers():
            raise CommandError(f"there is a consumer called {name!r} already")
        try:
            config = apps.get_app_config(options["app"])
        except LookupError as error:
            raise CommandError(str(error)) from error
        structs = [struct for topic in options["topic"] for struct in structs_of(topic)]
        folder = Path(config.path)
        self._write(folder / "consumers" / "__init__.py", INIT)
        source = consumer_source(config.name, name, structs)
        self._write(folder / "consumers" / f"{name}.py", source)
        self._write(folder / "tests" / "consumers" / "__init__.py", "")
        path = folder / "tests" / "consumers" / f"test_{name}.py"
        self._write(path, test_source(config.name, name, structs))

    def _write(self, path: Path, text: str) -> None:
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.stdout.write(f"wrote {path}")


def structs_of(topic: str) -> list[type[Event]]:
    """Return the structs that travel on `topic`; raises CommandError where there are none."""
    for config in apps.get_app_configs():
        if (Path(config.path) / "events.py").exists():
            import_module(f"{config.name}.events")
    declared = [each for each in _travelling(Event) if each.__module__.endswith(".events")]
    found = [each for each in declared if each.TOPIC.name == topic]
    if not found:
        known = ", ".join(sorted({each.TOPIC.name for each in declared}))
        raise CommandError(f"no event travels on {topic!r}; declared are: {known}")
    return found


def _travelling(base: type[Event]) -> Iterator[type[Event]]:
    """Yield the structs below `base` that have a topic; what only lends its fields has none."""
    for each in base.__subclasses__():
        if hasattr(each, "TOPIC"):
            yield each
        yield from _travelling(each)
