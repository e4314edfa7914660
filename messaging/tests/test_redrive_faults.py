"""A redrive that is cut off at any step is simply run again."""

import pytest

from messaging import faultpoints
from messaging.consumer import DeadLetterPolicy
from messaging.faultpoints import InjectedFaultError
from messaging.models import DeadLetter, ParkedRecord
from messaging.tests.behaviour.doubles import note
from messaging.tests.behaviour.test_redrive import Mended
from messaging.tests.behaviour.worlds import MemoryWorld, start, turn_until

POINTS = tuple(name for name in faultpoints.NAMES if name.startswith("redrive."))
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("point", POINTS)
def test_cut_off_anywhere_has_one_effect(point: str, monkeypatch: pytest.MonkeyPatch) -> None:
    world = MemoryWorld()
    made = Mended(world, "a", dead_letters=DeadLetterPolicy(park_key=True))
    for number in range(4):
        note(world, number, key="a")
    runtime = start(world, made.consumer)
    turn_until(lambda: world.committed().get(0) == 4, runtime)
    made.broken.clear()
    monkeypatch.setattr(faultpoints, "_passes", {})
    monkeypatch.setenv(faultpoints.ENVIRONMENT_VARIABLE, f"{point}:1:raise")

    with pytest.raises(InjectedFaultError):
        made.redrive()
    made.redrive()

    assert made.consumer.numbers("a") == [0, 1, 2, 3]
    assert not ParkedRecord.objects.exists()
    assert not DeadLetter.objects.filter(state="open").exists()
