"""HTTP side: api."""
