"""The Kafka runtime that every system of Trilho stands on: consumers, outbox, inbox, dead letters.

Importing this package imports no model, so that it can be used before Django's apps are ready.
"""
