"""The frame of every benchmark: interleaved runs, medians, ratios with goal and floor, one table.

To add a benchmark, write `benchmarks/<name>.py` with a function `benchmark() -> Benchmark`; nothing
else is edited. `python -m benchmarks <name>` runs it in a process of its own and prints its table;
`python -m benchmarks` runs all and writes docs/PERFORMANCE.md. Kafka is known, a MariaDB database
of its own is made and migrated, and Django is set up before the module is imported, so that it may
import models like any other.

A variant's `run` does the work once and returns a Sample; `timed(act, units)` makes one. Whatever
must not be measured (filling a table, making a topic) stands in `prepare`. The variants take turns,
so that a machine whose speed wanders is fair to all; a ratio is the median of the rounds' ratios.
"""

import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

ROUNDS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One run: how many units in how many seconds; `cpu_seconds` is that of the measured process.

    `extra` holds what is reported beside the rate, such as {"p99 ms": 12.5}; never judged.
    """

    units: float
    seconds: float
    cpu_seconds: float | None = None
    extra: Mapping[str, float] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Return the units per second."""
        return self.units / self.seconds

    @property
    def cpu_per_unit(self) -> float:
        """Return the CPU seconds of one unit, zero where nobody measured them."""
        return (self.cpu_seconds or 0) / self.units


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One way of doing the work."""

    name: str
    run: Callable[[], Sample]
    prepare: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """How the rate of the variant `of` must stand to that of `to`.

    With `smaller_is_better` the ratio has to stay at or below `goal` and `floor`; `measure` takes
    the compared figure out of a sample where it is not the rate.
    """

    name: str
    of: str
    to: str
    goal: float
    floor: float
    smaller_is_better: bool = False
    measure: Callable[[Sample], float] = lambda sample: sample.rate

    def verdict(self, value: float) -> str:
        """Say in words what `value` means against goal and floor."""
        sign = -1 if self.smaller_is_better else 1
        if sign * value >= sign * self.goal:
            return "goal reached"
        if sign * value >= sign * self.floor:
            return "**goal missed**, above the floor"
        return "**floor missed**"


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """What is compared: the variants, in the order of the table, and the ratios that matter."""

    title: str
    unit: str
    variants: Sequence[Variant]
    ratios: Sequence[Ratio] = ()
    notes: str = ""
    rounds: int = ROUNDS


def timed(act: Callable[[], object], units: float, **extra: float) -> Sample:
    """Run `act` and return its sample, with the CPU time of this process."""
    started, cpu_started = time.perf_counter(), time.process_time()
    act()
    return Sample(
        units=units,
        seconds=time.perf_counter() - started,
        cpu_seconds=time.process_time() - cpu_started,
        extra=extra,
    )


def measure(bench: Benchmark, rounds: int) -> dict[str, list[Sample]]:
    """Return each variant's samples; one round before the first is thrown away as warm-up."""
    samples: dict[str, list[Sample]] = {variant.name: [] for variant in bench.variants}
    for number in range(rounds + 1):
        for variant in bench.variants:
            if variant.prepare is not None:
                variant.prepare()
            sample = variant.run()
            if number:
                samples[variant.name].append(sample)
            print(f"  round {number} {variant.name}: {sample.rate:,.0f} {bench.unit}/s", flush=True)
    return samples


def table(bench: Benchmark, samples: Mapping[str, Sequence[Sample]]) -> str:
    """Return the Markdown table of the variants, and that of the ratios."""
    extras = list(
        dict.fromkeys(key for runs in samples.values() for run in runs for key in run.extra)
    )
    heads = ["variant", f"{bench.unit}/s (median)", "lowest to highest", "CPU per unit", *extras]
    lines = [_row(heads), _row(["---"] * len(heads))]
    lines += [_row(_cells(name, runs, extras)) for name, runs in samples.items()]
    if bench.ratios:
        lines += ["", "| ratio | measured | goal | floor | |", "| --- | --- | --- | --- | --- |"]
        lines += [_ratio_row(ratio, samples) for ratio in bench.ratios]
    return "\n".join(lines)


def set_up(name: str, kafka: str, mariadb: str) -> None:
    """Make Django work on new, migrated databases on the server `mariadb`, and on `kafka`."""
    name = f"trilho_bench_{name}"
    named = {
        "DATABASE_URL": name,
        "TELEVENDAS_DATABASE_URL": f"{name}_apart",
        "WAREHOUSE_DATABASE_URL": f"{name}_warehouse",
    }
    for variable, each in named.items():
        _make_database(mariadb, each)
        os.environ[variable] = f"{mariadb.rstrip('/')}/{each}"
    os.environ["KAFKA_BOOTSTRAP_SERVERS"] = kafka
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    import django  # noqa: PLC0415  # the environment has to be ready first
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    for alias in ("default", "televendas", "warehouse"):
        call_command("migrate", verbosity=0, database=alias)


def _make_database(server: str, name: str) -> None:
    import MySQLdb  # noqa: PLC0415  # only benchmarks need it bare

    url = urlsplit(server)
    connection = MySQLdb.connect(
        host=url.hostname, port=url.port or 3306, user=url.username, password=url.password or ""
    )
    cursor = connection.cursor()
    cursor.execute(f"DROP DATABASE IF EXISTS {name}")
    cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    connection.close()


def _cells(name: str, runs: Sequence[Sample], extras: Sequence[str]) -> list[str]:
    rates = [run.rate for run in runs]
    costs = [run.cpu_per_unit for run in runs if run.cpu_seconds is not None]
    cells = [name, f"{statistics.median(rates):,.0f}", f"{min(rates):,.0f} to {max(rates):,.0f}"]
    cells.append(f"{statistics.median(costs) * 1e6:,.1f} us" if costs else "")
    for key in extras:
        values = [run.extra[key] for run in runs if key in run.extra]
        cells.append(f"{statistics.median(values):,.3g}" if values else "")
    return cells


def value_of(ratio: Ratio, samples: Mapping[str, Sequence[Sample]]) -> float:
    """Return the median over the rounds of the one variant's figure by the other's."""
    pairs = zip(samples[ratio.of], samples[ratio.to], strict=True)
    return statistics.median(ratio.measure(one) / ratio.measure(other) for one, other in pairs)


def _ratio_row(ratio: Ratio, samples: Mapping[str, Sequence[Sample]]) -> str:
    value = value_of(ratio, samples)
    sign = "<=" if ratio.smaller_is_better else ">="
    cells = [ratio.name, f"{value:.3g}", f"{sign} {ratio.goal:g}", f"{sign} {ratio.floor:g}"]
    return _row([*cells, ratio.verdict(value)])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def result(bench: Benchmark, samples: Mapping[str, Sequence[Sample]], text: str) -> dict[str, Any]:
    """Return what the report and a later look need, as JSON takes it."""
    return {
        "title": bench.title,
        "notes": bench.notes,
        "table": text,
        "ratios": [
            {
                "name": ratio.name,
                "value": (value := value_of(ratio, samples)),
                "goal": ratio.goal,
                "floor": ratio.floor,
                "verdict": ratio.verdict(value),
            }
            for ratio in bench.ratios
        ],
        "samples": {name: [asdict(run) for run in runs] for name, runs in samples.items()},
    }
