"""HTTP side: inbox."""
