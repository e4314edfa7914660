"""A real Debezium on a real MariaDB, a real Kafka, and the real reader of telesales behind them."""
