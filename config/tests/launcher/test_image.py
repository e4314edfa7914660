"""One word picks the image's role."""

import pytest

from config.launcher import image


class TestRoles:
    @pytest.mark.parametrize(
        ("role", "part"),
        [
            ("web", "granian"),
            ("live", "uvicorn"),
            ("relay", "run_relay"),
            ("webhooks", "run_webhooks"),
            ("sweeper", "run_sweeper"),
            ("housekeeping", "housekeeping"),
            ("bank", "run_bank"),
            ("kafka", "run_kafka"),
            ("migrate", "migrate"),
            ("topics", "create_topics"),
        ],
    )
    def test_become_their_command(self, role: str, part: str) -> None:
        assert any(part in word for word in image.command_of(role, []))

    def test_take_arguments_of_their_own(self) -> None:
        assert image.command_of("consumer", ["processor"])[-1] == "processor"

    def test_that_are_unknown_are_said_so(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert image.main(["dance"]) == 2
        assert "dance" in capsys.readouterr().out

    @pytest.mark.parametrize("role", ["web", "live", "relay", "consumer", "webhooks", "bank"])
    def test_say_where_they_are_ready(self, role: str) -> None:
        assert image.health_url_of(role).endswith("/readyz")

    def test_without_a_probe_name_none(self) -> None:
        assert image.health_url_of("migrate") == ""
