"""Brings databases, demo data and topics up to date before the product's processes start."""

import argparse
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.management import call_command

from config.launcher import grants


def main(arguments: list[str]) -> None:
    """Create missing databases, migrate, seed the demo, wait for the broker, make its topics."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--websocket-url", required=True)
    parser.add_argument("--metrics", nargs="*", default=[], metavar="NAME=URL")
    options = parser.parse_args(arguments)
    django.setup()
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    create_databases(settings.DATABASES)
    call_command("migrate_all", verbosity=0)
    call_command(
        "seed_demo",
        base_url=options.base_url,
        websocket_url=options.websocket_url,
        metrics=options.metrics,
    )
    _make_topics()


def create_databases(databases: Mapping[str, dict[str, Any]]) -> None:
    """Create, on a MariaDB or MySQL server, the databases that the settings (by alias) name.

    Where telesales has a user of its own on the product's server, the user is made too, with rights
    on its own database alone. Where the product's user may not do that, somebody has done it.
    """
    product = databases["default"]
    for parameters in databases.values():
        if parameters["ENGINE"].endswith("mysql"):
            is_made = _is_another_user_of(product, parameters) and _give(product, parameters)
            if not is_made:
                _create_database(parameters)


def _is_another_user_of(product: dict[str, Any], parameters: dict[str, Any]) -> bool:
    """Tell whether these are of the product's server, under another name."""
    where = [(each["ENGINE"], each["HOST"], each["PORT"]) for each in (product, parameters)]
    return where[0] == where[1] and product["USER"] != parameters["USER"]


def _give(product: dict[str, Any], parameters: dict[str, Any]) -> bool:
    """Make the database and its user as the product's user; tell whether that was allowed."""
    import MySQLdb  # noqa: PLC0415 - a machine that runs on SQLite may lack it

    user, password = parameters["USER"], parameters["PASSWORD"]
    try:
        grants.give(_access(product), database=parameters["NAME"], user=user, password=password)
    except MySQLdb.OperationalError as error:
        if error.args[0] not in grants.NOT_ALLOWED:
            raise
        return False
    return True


def _create_database(parameters: dict[str, Any]) -> None:
    import MySQLdb  # noqa: PLC0415 - a machine that runs on SQLite may lack it

    connection = MySQLdb.connect(**_access(parameters))
    with connection, connection.cursor() as cursor:
        cursor.execute(grants.create_statement(parameters["NAME"]))


def _access(parameters: dict[str, Any]) -> dict[str, Any]:
    return {
        "host": parameters["HOST"],
        "port": int(parameters["PORT"] or 3306),
        "user": parameters["USER"],
        "password": parameters["PASSWORD"],
    }


def _make_topics() -> None:
    host, _, port = settings.KAFKA_BOOTSTRAP_SERVERS.split(",")[0].rpartition(":")
    call_command("run_kafka", ready=True, host=urlsplit(f"//{host}").hostname, port=int(port))
    call_command("create_topics")


if __name__ == "__main__":
    main(sys.argv[1:])
