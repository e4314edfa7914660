"""Tests of what stands behind bin/."""
