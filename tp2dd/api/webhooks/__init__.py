"""Webhooks as Standard Webhooks describes them: facts become deliveries, tried for three days."""
