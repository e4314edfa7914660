"""The benchmarks' frame: turns, medians, and verdicts that do not flatter."""

from benchmarks.harness import Benchmark, Ratio, Sample, Variant, measure, table, value_of


def benchmark(turns: list[str], *, smaller_is_better: bool = False) -> Benchmark:
    def variant(name: str, seconds: list[float]) -> Variant:
        times = iter(seconds)

        def run() -> Sample:
            turns.append(name)
            return Sample(units=100, seconds=next(times), cpu_seconds=0.001, extra={"p99 ms": 7})

        return Variant(name=name, run=run)

    ratio = Ratio(
        name="ours to bare",
        of="ours",
        to="bare",
        goal=0.7,
        floor=0.5,
        smaller_is_better=smaller_is_better,
    )
    return Benchmark(
        title="A path",
        unit="rows",
        variants=[variant("bare", [9, 1, 1, 2]), variant("ours", [9, 2, 2, 2])],
        ratios=[ratio],
    )


class TestMeasure:
    def test_lets_the_variants_take_turns_and_drops_the_warm_up(self) -> None:
        turns: list[str] = []

        samples = measure(benchmark(turns), 3)

        assert turns == ["bare", "ours"] * 4
        assert [sample.rate for sample in samples["bare"]] == [100, 100, 50]


class TestTable:
    def test_says_medians_and_misses(self) -> None:
        bench = benchmark([])

        text = table(bench, measure(bench, 3))

        assert "| bare | 100 | 50 to 100 | 10.0 us | 7 |" in text
        assert "| ours to bare | 0.5 | >= 0.7 | >= 0.5 | **goal missed**, above the floor |" in text


class TestRatio:
    def test_is_the_median_of_the_rounds(self) -> None:
        bench = benchmark([])

        assert value_of(bench.ratios[0], measure(bench, 3)) == 0.5

    def test_knows_goals_that_are_ceilings(self) -> None:
        ratio = benchmark([], smaller_is_better=True).ratios[0]

        verdicts = [ratio.verdict(value) for value in (0.4, 0.6, 0.9)]

        assert verdicts == ["goal reached"] * 2 + ["**floor missed**"]
