"""Where the holder of a card sees what he reported."""

from __future__ import annotations

from django.urls import reverse

from opd.access import allowed
from opd.models import User
from payments.emoney.models import Movement
from payments.spending.models import Channel, Spend


def page_of(user: User, spend: Spend) -> str | None:
    """His purchase; his cards once he has taken the report back; None for what is not his by e-money."""
    if spend.channel != Channel.EMONEY or not allowed(user, "emoney.report"):
        return None
    tap = Movement.objects.filter(spend=spend, card__holder=user).first()
    return reverse("emoney:my_tap", args=[tap.pk]) if tap else reverse("emoney:my_taps")
