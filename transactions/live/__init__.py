"""The live panel: a hub per ASGI process that hands what Kafka carries to the sockets it holds."""
