"""What changes the lean copy: upsert if newer, forget, reveal, claim, all audited."""
