"""A real Apache Kafka on this machine, from PyPI and Maven Central alone."""
