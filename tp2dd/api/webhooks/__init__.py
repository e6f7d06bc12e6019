"""Webhooks as Standard Webhooks describes them: facts become deliveries, deliveries are tried for three days."""
