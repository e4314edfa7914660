"""The suite can fail: each build with a mistake in it is found out by the check beside it."""

import pytest

from tests.faults.broken import BUILDS, Build, outcome


@pytest.mark.faults
@pytest.mark.parametrize(
    "build",
    [
        pytest.param(build, id=build.name, marks=[pytest.mark.kafka] if build.needs_kafka else [])
        for build in BUILDS
    ],
)
class TestBrokenBuild:
    def test_is_found_out(self, build: Build) -> None:
        # That the check passes on the sound build is what the rest of the suite shows.
        assert outcome(build.check, plugin=build.name) == "failed"
