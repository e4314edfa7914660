"""What every test may ask for: real servers where there are some, and an honest word where not."""

import copy
import io
import logging
import os
from collections.abc import Callable, Iterator
from logging.config import DictConfigurator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.utils import timezone, translation

# A busy machine is no failure: what takes long is seen by the test's own time limit.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")

# Tests fork while gRPC runs, and each child calls exec at once: no thread need stop for it.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "false")

# Mark -> the environment variable by which `bin/test` says where the server listens.
SERVERS = {"kafka": "TRILHO_TEST_KAFKA", "mariadb": "TRILHO_TEST_MARIADB"}
_DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}
_left_out: dict[str, int] = {}
# Where `bin/test` reads what failed, of all its passes; a run within a test notes nothing there.
_failed_file = os.environ.pop("TRILHO_TEST_FAILED", "")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the second pass of `bin/test` choose the tests that meet the default database."""
    parser.addoption(
        "--only-database",
        action="store_true",
        help="run the tests that use Django's default database, and no others",
    )


def pytest_configure() -> None:
    """Make the folder that SQLite's test files stand in; a fresh checkout has none."""
    folder = os.environ.get("TRILHO_VAR", Path(__file__).with_name("var"))
    Path(folder).mkdir(parents=True, exist_ok=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what has no server here; keep only database tests where that was asked for."""
    for item in items:
        for mark, variable in SERVERS.items():
            if item.get_closest_marker(mark) and not os.environ.get(variable):
                item.add_marker(pytest.mark.skip(reason=f"no {mark} server ({variable} is unset)"))
    if config.getoption("--only-database"):
        _keep(config, items, _uses_database)
    if not _is_on_mariadb():
        # Not left out: there is nothing that such a test could be about on another database.
        _keep(config, items, lambda item: item.get_closest_marker("on_mariadb") is None)


def _keep(
    config: pytest.Config, items: list[pytest.Item], is_wanted: Callable[[pytest.Item], bool]
) -> None:
    config.hook.pytest_deselected(items=[item for item in items if not is_wanted(item)])
    items[:] = [item for item in items if is_wanted(item)]


def _is_on_mariadb() -> bool:
    return str(settings.DATABASES["default"]["ENGINE"]).endswith("mysql")


def _uses_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("django_db"):
        return True
    if _DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())):
        return True
    bases = getattr(getattr(item, "cls", None), "__mro__", ())
    return any(base.__module__ == "django.test.testcases" for base in bases)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember which tests were left out, and for want of what."""
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reason = reason.removeprefix("Skipped: ")
        _left_out[reason] = _left_out.get(reason, 0) + 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Close with what was left out: a green line must not hide a test that never ran."""
    for reason, count in sorted(_left_out.items()):
        terminalreporter.write_line(f"left out: {count} test(s): {reason}", yellow=True)
    if _failed_file:
        with Path(_failed_file).open("a", encoding="utf-8") as file:
            file.writelines(_failed_lines(terminalreporter))


def _failed_lines(reporter: pytest.TerminalReporter) -> Iterator[str]:
    database = "MariaDB" if _is_on_mariadb() else "SQLite"
    for kind in ("failed", "error"):
        for report in reporter.stats.get(kind, []):
            crash = getattr(report.longrepr, "reprcrash", None)
            said = str(crash.message if crash else report.longrepr).partition("\n")[0]
            yield f"{kind} on {database}: {report.nodeid}: {said[:300]}\n"


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that left tests out where CI says that it is one."""
    if _left_out and os.environ.get("CI") == "true" and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _address(mark: str) -> str:
    address = os.environ.get(SERVERS[mark])
    if not address:
        pytest.skip(f"no {mark} server ({SERVERS[mark]} is unset)")
    return address


@pytest.fixture(scope="session")
def kafka_bootstrap() -> str:
    """Give the host:port of a real Kafka; topic and group names are the test's to make unique."""
    return _address("kafka")


@pytest.fixture(scope="session")
def mariadb_url() -> str:
    """Give the URL of a real MariaDB without a database's name: mysql://root@127.0.0.1:port."""
    return _address("mariadb")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:  # noqa: ARG001 - goes on from the plugin's
    """Make the test databases as ever, and put permissions back after each flush as rows."""
    from config.tests.permissions import instead_of_asking, rows_now  # noqa: PLC0415 - needs the apps

    with django_db_blocker.unblock():
        put_back = rows_now()
    with instead_of_asking(put_back):
        yield


@pytest.fixture(autouse=True)
def _language_of_the_house() -> Iterator[None]:
    """Forget the language and time zone of a test's last request; the thread would keep them."""
    yield
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture
def log_lines() -> Iterator[io.StringIO]:
    """Give what the log says, in the form in which it is kept."""
    # A copy: configuring takes its settings apart.
    said = copy.deepcopy(settings.LOGGING)
    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    form = said["formatters"]["structured"]
    handler.setFormatter(DictConfigurator(said).configure_formatter(form))
    logging.getLogger().addHandler(handler)
    yield kept
    logging.getLogger().removeHandler(handler)
