"""Migrations of the API: tokens, idempotency keys, webhooks."""
