"""A rule set as data: every number that a fraud verdict turns on, under one version."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from orders.domain.fraud_facts import WINDOWS, Subject

_MOST_POINTS: Final = 1000
_MIDNIGHT: Final = 24
_LONGEST_VERSION: Final = 40


class Measure(StrEnum):
    """What is counted within a window."""

    ORDERS = "orders"
    CENTS = "cents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Velocity:
    """Points where a subject reached `at_least` orders or cents within `minutes`."""

    of: Subject
    minutes: int
    measure: Measure
    at_least: int
    points: int

    def __post_init__(self) -> None:
        """Raise ValueError for a window that is not counted, or senseless numbers."""
        if self.minutes not in WINDOWS:
            raise ValueError(f"minutes: one of {', '.join(map(str, WINDOWS))}")
        _want(self.at_least >= 1, "at_least: 1 or more")
        _want_points(self.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Median:
    """Points where the amount is `at_least_percent` of the customer's median.

    It says nothing of customers with fewer than `least_orders` earlier ones.
    """

    at_least_percent: int
    least_orders: int
    points: int

    def __post_init__(self) -> None:
        """Raise ValueError for senseless numbers."""
        _want(self.at_least_percent > 0, "at_least_percent: more than 0")
        _want(self.least_orders >= 1, "least_orders: 1 or more")
        _want_points(self.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Points for a region that fits neither the earlier orders' nor the phone's area code.

    `new_points` need `least_orders` earlier ones; `phone_points` a phone whose state is known.
    """

    least_orders: int
    new_points: int
    phone_points: int

    def __post_init__(self) -> None:
        """Raise ValueError for senseless numbers."""
        _want(self.least_orders >= 1, "least_orders: 1 or more")
        _want_points(self.new_points)
        _want_points(self.phone_points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """Points from the hour `begin` until `end` by Brazil's clocks; it may pass midnight."""

    begin: int
    end: int
    points: int

    def __post_init__(self) -> None:
        """Raise ValueError for hours that no clock shows."""
        for name, hour in (("begin", self.begin), ("end", self.end)):
            _want(0 <= hour < _MIDNIGHT, f"{name}: an hour from 0 to 23")
        _want_points(self.points)

    def has(self, hour: int) -> bool:
        """Tell whether an hour lies within."""
        if self.begin <= self.end:
            return self.begin <= hour < self.end
        return hour >= self.begin or hour < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundAmount:
    """Points for an amount that is a multiple of `multiple_cents`, from `at_least_cents` on."""

    multiple_cents: int
    at_least_cents: int
    points: int

    def __post_init__(self) -> None:
        """Raise ValueError for senseless numbers."""
        _want(self.multiple_cents >= 1, "multiple_cents: 1 or more")
        _want(self.at_least_cents >= 1, "at_least_cents: 1 or more")
        _want_points(self.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """The rules, and the scores from which an order waits for a person or is refused.

    The same velocity may stand there more than once with other numbers: steps add up.
    """

    version: str
    review_at: int
    fraud_at: int
    velocity: tuple[Velocity, ...]
    median: Median
    region: Region
    night: Night
    round_amount: RoundAmount

    def __post_init__(self) -> None:
        """Raise ValueError where a version cannot be a name, or no order could wait for review."""
        _want(
            0 < len(self.version) <= _LONGEST_VERSION
            and all(char.isascii() and (char.isalnum() or char in "-._") for char in self.version),
            f"version: 1 to {_LONGEST_VERSION} letters, digits, '-', '.' or '_'",
        )
        _want(0 < self.review_at < self.fraud_at, "review_at: above 0 and below fraud_at")


def _want(is_right: bool, otherwise: str) -> None:  # noqa: FBT001 - a condition is what it is
    if not is_right:
        raise ValueError(otherwise)


def _want_points(points: int) -> None:
    _want(0 <= points <= _MOST_POINTS, f"points: 0 to {_MOST_POINTS}")
