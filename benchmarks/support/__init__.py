"""What several benchmarks need, and programs that they start."""
