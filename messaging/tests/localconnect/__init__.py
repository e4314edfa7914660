"""Tests of the local Kafka Connect."""
