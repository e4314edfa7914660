"""Tests of accounts, by the paths of what they test."""
