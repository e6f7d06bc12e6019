"""The mark of a day at a point: a shape and a colour that nobody knows beforehand, so that a picture of
another day's ticket looks wrong at a glance. The visitor's ticket and the gate's screen show the same one.
Pure but for the secret."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

COLOURS = (
    ("#b3261e", gettext_lazy("merah")),
    ("#0b6750", gettext_lazy("hijau")),
    ("#1d1916", gettext_lazy("hitam")),
    ("#1f4fa3", gettext_lazy("biru")),
    ("#c77700", gettext_lazy("jingga")),
    ("#6b2fa0", gettext_lazy("ungu")),
)
"""Even days take one of the first three, odd days one of the others: two days in a row never look alike."""
SHAPES = (
    ("M20 4a16 16 0 100 32 16 16 0 000-32z", gettext_lazy("lingkaran")),
    ("M20 4l18 32H2z", gettext_lazy("segitiga")),
    ("M5 5h30v30H5z", gettext_lazy("persegi")),
    (
        "M20 2l5.3 11.6 12.7 1.5-9.4 8.6 2.5 12.5L20 30l-11.1 6.2 2.5-12.5L2 15.1l12.7-1.5z",
        gettext_lazy("bintang"),
    ),
    ("M20 36C8 27 3 21 3 14a9 9 0 0117-4 9 9 0 0117 4c0 7-5 13-17 22z", gettext_lazy("hati")),
    ("M20 2l17 18-17 18L3 20z", gettext_lazy("wajik")),
)


@dataclass(frozen=True)
class DayMark:
    """``path`` is drawn on a grid of 40 and filled with ``colour``; ``text`` says it in words."""

    path: str
    colour: str
    text: str


def of(point_id: int, day: date) -> DayMark:
    """The mark of a WIB day at a point, in the language at hand."""
    message = f"day-mark|{point_id}|{day.isoformat()}".encode()
    drawn = hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).digest()
    half = len(COLOURS) // 2
    colour, colour_word = COLOURS[drawn[0] % half + half * (day.toordinal() % 2)]
    path, shape_word = SHAPES[drawn[1] % len(SHAPES)]
    return DayMark(path, colour, _("%(shape)s %(colour)s") % {"shape": shape_word, "colour": colour_word})
