"""Statement and invoice as files: CSV, OFX and PDF; the same lines give the same bytes."""
