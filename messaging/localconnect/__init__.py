"""A real Kafka Connect on this machine, with the one connector that reads MariaDB."""
