"""Tests of the local broker."""
