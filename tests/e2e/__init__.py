"""Browser tests: a real Chromium against the real application."""
