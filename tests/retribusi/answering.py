"""A browser's page whose every request the test client answers: no server, the test's own database."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.db import connections
from django.test import Client
from playwright.sync_api import Page, Route


def answer_from(client: Client, page: Page) -> None:
    """From now on ``client`` answers whatever ``page`` asks."""
    shared = connections["default"]

    def answer(route: Route) -> None:
        connections["default"] = shared  # Playwright answers in a context of its own
        asked = route.request
        parts = urlsplit(asked.url)
        headers = {name: value for name, value in asked.headers.items() if name.startswith("if-")}
        if asked.method == "POST":
            kind = asked.headers["content-type"]
            reply = client.post(parts.path, asked.post_data or "", content_type=kind, follow=False)
        else:
            reply = client.get(f"{parts.path}?{parts.query}", headers=headers)
        body = reply.getvalue() if reply.streaming else reply.content
        route.fulfill(status=reply.status_code, headers=dict(reply.items()), body=body)

    page.route("**/*", answer)
