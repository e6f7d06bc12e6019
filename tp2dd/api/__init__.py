"""The API for other government systems: tokens with scopes, cursor pages, signed webhooks. Read-only."""
