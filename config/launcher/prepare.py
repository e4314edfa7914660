"""Brings databases, demo data and topics up to date before the product's processes start."""

import argparse
import sys
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.management import call_command


def main(arguments: list[str]) -> None:
    """Create missing databases, migrate, seed the demo, wait for the broker, make its topics."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--websocket-url", required=True)
    parser.add_argument("--metrics", nargs="*", default=[], metavar="NAME=URL")
    options = parser.parse_args(arguments)
    django.setup()
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    create_databases()
    call_command("migrate_all", verbosity=0)
    call_command(
        "seed_demo",
        base_url=options.base_url,
        websocket_url=options.websocket_url,
        metrics=options.metrics,
    )
    _make_topics()


def create_databases() -> None:
    """Create, on a MariaDB or MySQL server, the databases that the settings name."""
    for parameters in settings.DATABASES.values():
        if parameters["ENGINE"].endswith("mysql"):
            _create_database(parameters)


def _create_database(parameters: dict[str, str]) -> None:
    import MySQLdb  # noqa: PLC0415 - a machine that runs on SQLite may lack it

    connection = MySQLdb.connect(
        host=parameters["HOST"],
        port=int(parameters["PORT"] or 3306),
        user=parameters["USER"],
        password=parameters["PASSWORD"],
    )
    with connection, connection.cursor() as cursor:
        name = parameters["NAME"].replace("`", "``")
        cursor.execute(f"CREATE DATABASE IF NOT EXISTS `{name}` CHARACTER SET utf8mb4")


def _make_topics() -> None:
    host, _, port = settings.KAFKA_BOOTSTRAP_SERVERS.split(",")[0].rpartition(":")
    call_command("run_kafka", ready=True, host=urlsplit(f"//{host}").hostname, port=int(port))
    call_command("create_topics")


if __name__ == "__main__":
    main(sys.argv[1:])
