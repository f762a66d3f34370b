"""Commands of the benches."""
