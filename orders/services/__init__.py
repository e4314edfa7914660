"""What changes orders: load, lock, ask the pipeline, save, publish, in one atomic block."""
