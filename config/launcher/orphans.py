"""Keeps processes from outliving the one that started them, however that one ended."""

import ctypes
import signal
import sys

_SET_PARENT_DEATH_SIGNAL = 1


def die_with_parent(with_signal: signal.Signals = signal.SIGTERM) -> None:
    """Have the kernel send us the signal when our parent is gone; without effect off Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, int(with_signal))
