"""Tests of the legacy bank of the demo."""
