"""The lists of Connect's and the connector's jars fit each other and the broker."""

from messaging.localbroker import jars as broker
from messaging.localconnect import jars


class TestConnect:
    def test_has_the_brokers_version_and_one_client(self) -> None:
        found = {jar.artifact: jar.version for jar in jars.connect()}

        assert found["connect-runtime"] == found["kafka-clients"] == broker.KAFKA_VERSION
        assert {"connect-json", "connect-transforms", "log4j-slf4j-impl"} <= set(found)


class TestConnector:
    def test_is_of_one_version(self) -> None:
        versions = {jar.version for jar in jars.connector() if jar.artifact.startswith("debezium-")}

        assert versions == {jars.DEBEZIUM_VERSION}

    def test_brings_nothing_that_connect_has(self) -> None:
        ours = {jar.artifact for jar in jars.connector()}

        assert len(ours) == 14
        assert not ours & {jar.artifact for jar in jars.connect()}
        assert not ours & {"kafka-clients", "connect-api"}

    def test_names_a_sum_and_a_size_for_every_jar(self) -> None:
        for jar in (*jars.connect(), *jars.connector()):
            assert len(jar.sha256) == 64
            assert jar.size > 0
