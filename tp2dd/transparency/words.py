"""The labels of the public page in the visitor's language."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy

from tp2dd.board.models import Side

_Words = dict[str, str | Promise]
CHANNELS: dict[Side, _Words] = {
    Side.REVENUE: {
        "qris": "QRIS",
        "va": "Virtual account",
        "edc": gettext_lazy("EDC"),
        "emoney": gettext_lazy("Uang elektronik"),
        "cash": gettext_lazy("Tunai di loket"),
    },
    Side.SPENDING: {
        "cms": "m-banking / CMS",
        "qris": "QRIS",
        "kkpd": gettext_lazy("Kartu Kredit Indonesia"),
        "emoney": gettext_lazy("Uang elektronik"),
        "sp2d": gettext_lazy("SP2D-LS dari RKUD"),
        "cash": gettext_lazy("Tunai"),
        "unknown": gettext_lazy("Belum diketahui kanalnya"),
    },
}


def channel(side: Side, code: str) -> str:
    return str(CHANNELS[side].get(code, code))


def month(day: date) -> str:
    """Nov; the page shows the months of one year."""
    return str(format_date(day, "MMM", locale="en" if get_language() == "en" else "id"))
