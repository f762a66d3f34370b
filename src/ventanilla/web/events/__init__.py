"""HTTP side: events."""
