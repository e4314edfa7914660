"""Tests of the simulated shop traffic."""
