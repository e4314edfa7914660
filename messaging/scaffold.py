"""The text of a new consumer and of its test, as `startconsumer` writes them."""

from collections.abc import Sequence
from string import Template
from typing import Final

from messaging.events import Event

INIT: Final = '"""The consumers of this app, one a file; the runtime finds them by itself."""\n'

_CONSUMER: Final = Template('''\
"""Say in one sentence why this consumer exists."""

from typing import Any

$imports
from messaging.consumer import Consumer, Message, Takes


class $title(Consumer):
    """Say what it does with what it reads; `run_consumer --explain $name` shows this line."""

    name = "$name"
    owner = "$owner"
    takes = ($takes,)

    def handle(self, event: Any, message: Message[Any]) -> None:
        """Apply one event, in the transaction of its inbox row."""
        match event:
$cases
''')
_CASE: Final = Template("""\
            case $struct():
                raise NotImplementedError("what $name does with $struct")""")
_TEST: Final = Template('''\
"""What $name does with its events."""

import pytest

from $owner.consumers.$name import $title
$imports
from messaging.testing import deliver, example

pytestmark = pytest.mark.django_db


class Test$title:
    @pytest.mark.parametrize("struct", [$structs])
    def test_is_yet_to_be_written(self, struct: type) -> None:
        # Deliver an event, and say what must be true afterwards.
        with pytest.raises(NotImplementedError):
            deliver($title, example(struct), key="a-key")
''')


def consumer_source(owner: str, name: str, structs: Sequence[type[Event]]) -> str:
    """Return the module of a consumer called `name` that takes `structs`."""
    names = [each.__name__ for each in structs]
    return _CONSUMER.substitute(
        title=_title(name),
        name=name,
        owner=owner,
        imports=_imports(structs),
        takes=", ".join(f"Takes({each})" for each in names),
        cases="\n".join(_CASE.substitute(struct=each, name=name) for each in names),
    )


def test_source(owner: str, name: str, structs: Sequence[type[Event]]) -> str:
    """Return the module that tests it."""
    return _TEST.substitute(
        title=_title(name),
        name=name,
        owner=owner,
        imports=_imports(structs),
        structs=", ".join(each.__name__ for each in structs),
    )


def _title(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def _imports(structs: Sequence[type[Event]]) -> str:
    modules = sorted({each.__module__ for each in structs})
    return "\n".join(
        f"from {module} import "
        + ", ".join(sorted(each.__name__ for each in structs if each.__module__ == module))
        for module in modules
    )
