"""Tests of what changes accounts."""
