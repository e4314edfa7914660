"""Finds the consumers: one file each under `<app>/consumers/`, nothing else to edit."""

import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from types import ModuleType

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import module_has_submodule

from messaging.consumer import Consumer
from messaging.errors import UnknownConsumerError


@cache
def consumers() -> dict[str, type[Consumer]]:
    """Return every consumer of the installed apps by name, in the order of the names.

    Raises ImproperlyConfigured when two of them share a name.
    """
    found: dict[str, type[Consumer]] = {}
    for module in _modules():
        for each in _declared_in(module):
            if each.name in found:
                raise ImproperlyConfigured(f"two consumers are called {each.name!r}")
            found[each.name] = each
    return dict(sorted(found.items()))


def get(name: str) -> type[Consumer]:
    """Return the consumer called `name`; raises UnknownConsumerError, which lists the names."""
    try:
        return consumers()[name]
    except KeyError:
        known = ", ".join(consumers()) or "none at all"
        raise UnknownConsumerError(f"no consumer is called {name!r}; there are: {known}") from None


def topics_of(consumer: type[Consumer] | Consumer) -> list[str]:
    """Return the names of the topics that the consumer reads, in the order of its declaration."""
    return list(dict.fromkeys(takes.struct.TOPIC.name for takes in consumer.takes))


def _modules() -> Iterator[ModuleType]:
    for config in apps.get_app_configs():
        if config.module is None or not module_has_submodule(config.module, "consumers"):
            continue
        package = import_module(f"{config.name}.consumers")
        yield package
        # Importing a package runs its __init__ alone, so its modules are walked.
        paths = getattr(package, "__path__", [])
        for found in pkgutil.walk_packages(paths, f"{package.__name__}."):
            yield import_module(found.name)


def _declared_in(module: ModuleType) -> Iterator[type[Consumer]]:
    for value in vars(module).values():
        if (
            isinstance(value, type)
            and issubclass(value, Consumer)
            and value.__module__ == module.__name__
            and hasattr(value, "name")
        ):
            yield value
