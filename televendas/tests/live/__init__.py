"""Tests of the agents' socket."""
