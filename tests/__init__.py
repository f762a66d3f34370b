"""The tests that need the whole platform: architecture, screens, flows, browser."""
