"""Tests of the simulated traffic and of the accounts kept of it."""
