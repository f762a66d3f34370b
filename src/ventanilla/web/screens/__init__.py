"""HTTP side: screens."""
