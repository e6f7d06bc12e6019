"""The places where a visitor can pay, for the front page."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from opd.navigation import Place
from retribusi.models import CollectionPoint


def places() -> Sequence[Place]:
    live = CollectionPoint.objects.filter(status=CollectionPoint.Status.LIVE)
    return [
        Place(point.shown_name, point.address, reverse("retribusi:point", args=[point.slug]))
        for point in live
        if point.sells_on_page
    ]
