"""Tests of the API and of webhooks."""
