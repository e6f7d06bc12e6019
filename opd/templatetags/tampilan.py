"""How values look on every screen (built in to all templates)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import quote, urlencode

from babel.dates import format_date
from django import template
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from opd import icons, navigation
from opd.access import allowed
from opd.office.exports import kinds
from payments import money

register = template.Library()

NOTHING = "\u2013"
"""Shown where there is no value, and for a zero amount."""


@register.filter
def rupiah(amount: Decimal | int | None, zero: str = NOTHING) -> str:
    """ "Rp 1.250.000", never broken over a line; zero and nothing as "–" (``rupiah:"Rp 0"`` to spell it)."""
    return NOTHING if amount is None else money.format_rupiah(amount, zero=zero)


@register.filter
def angka(number: Decimal | int | None) -> str:
    """A number with Indonesian grouping and no currency: 1.250.000; nothing as "–"."""
    if number is None:
        return NOTHING
    return f"{number:,}".translate(str.maketrans(",.-", ".,\u2212"))


@register.filter
def terbilang(amount: Decimal | int) -> str:
    """The amount in words, as documents write it: "Lima ribu rupiah"."""
    words = money.terbilang(amount)
    return words[:1].upper() + words[1:]


@register.filter
def persen(ratio: Decimal | int | None, digits: int = 1) -> str:
    """A ratio as a percentage: 0.325 is "32,5%"; ``persen:0`` rounds to whole per cent."""
    if ratio is None:
        return NOTHING
    step = Decimal(1).scaleb(-digits)
    return angka((Decimal(ratio) * 100).quantize(step, ROUND_HALF_UP)) + "%"


@register.filter
def tanggal(day: date | None) -> str:
    """24 November 2026; an instant is shown by its WIB day."""
    return NOTHING if day is None else _day(day, "d MMMM yyyy")


@register.filter
def di_tengah(words: str) -> str:
    """A label inside a sentence: "Menunggu verifikasi PPK" begins small and keeps its abbreviations."""
    return words if words[:2].isupper() else words[:1].lower() + words[1:]


@register.filter
def tgl(day: date | None) -> str:
    """24 Nov 2026 for columns: it never breaks across lines."""
    return NOTHING if day is None else _day(day, "d MMM yyyy").replace(" ", "\xa0")


@register.filter
def waktu(instant: date | None) -> str:
    """24 Nov 2026 14.05 WIB; a day without a clock is shown as a day."""
    if instant is None:
        return NOTHING
    day = _day(instant, "d MMM yyyy")
    return f"{day} {jam(instant)}" if isinstance(instant, datetime) else day


@register.filter
def jam(instant: datetime | None) -> str:
    """14.05 WIB."""
    return NOTHING if instant is None else f"{pukul(timezone.localtime(instant).time())} WIB"


@register.filter
def pukul(clock: time | None) -> str:
    """An hour of the wall clock as the page's language writes it: 14.05, in English 14:05."""
    return NOTHING if clock is None else clock.strftime("%H:%M" if get_language() == "en" else "%H.%M")


@register.filter
def ukuran(size: int) -> str:
    """295 byte, 4,9 KB, 1,2 GB."""
    return filesizeformat(size).replace("bita", "byte")


@register.filter
def lamanya(span: timedelta) -> str:
    """40 detik; from two minutes on 2 menit."""
    seconds = int(span.total_seconds())
    return f"{seconds} detik" if seconds < 120 else f"{seconds // 60} menit"


def _day(day: date, pattern: str) -> str:
    if isinstance(day, datetime):
        day = timezone.localdate(day)
    return str(format_date(day, pattern, locale="en" if get_language() == "en" else "id"))


@register.filter
def iso(instant: date | None) -> str:
    """The value of a ``datetime`` attribute."""
    return "" if instant is None else instant.isoformat()


@register.simple_tag(takes_context=True)
def saring(context: template.Context, **changes: Any) -> str:
    """The address's query with ``changes``, None or "" taking a word away: ``?{% saring halaman=2 %}``."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        elif isinstance(value, list | tuple):
            query.setlist(name, [str(item) for item in value])
        else:
            query[name] = str(value)
    return str(query.urlencode())


@register.filter
def bahasa(text: str, english: str = "") -> str:
    """What an office wrote, in ``english`` where it has that; else an English page says that it is
    Indonesian."""
    if not text or get_language() != "en":
        return text
    return english or format_html('<span lang="id">{}</span>', text)


@register.filter
def whatsapp(text: str) -> str:
    """The address that opens WhatsApp with ``text`` ready to send; whom it goes to is chosen there."""
    return f"https://wa.me/?text={quote(text, safe='')}"


@register.simple_tag
def ikon(name: str) -> SafeString:
    """A line icon for decoration; its meaning always stands beside it in words."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        icons.PATHS[name],
    )


@register.simple_tag(takes_context=True)
def navigasi(context: template.Context) -> list[navigation.Group]:
    """The menu of the person signed in, the current item marked."""
    request: HttpRequest = context["request"]
    return navigation.menu(request)


@dataclass(frozen=True)
class Mark:
    """One of the five lights as it is drawn."""

    name: str
    word: str
    state: str  # done, wait, open or crossed
    state_word: str
    at: date | None


LIGHTS = (
    ("requested", gettext_lazy("Diminta")),
    ("paid", gettext_lazy("Dibayar")),
    ("settled", gettext_lazy("Disetor bank")),
    ("credited", gettext_lazy("Masuk RKUD")),
    ("booked", gettext_lazy("Dibukukan")),
)


@register.filter
def lampu(lights: Any) -> list[Mark]:
    """The five marks. ``lights`` has an instant, a day or None for each; ``crossed`` may name failed ones.

    The first that is neither done nor crossed is the one that is waited for.
    """
    crossed: Iterable[str] = getattr(lights, "crossed", ())
    marks: list[Mark] = []
    waiting = False
    for name, word in LIGHTS:
        at = getattr(lights, name)
        state = "crossed" if name in crossed else "done" if at else "open" if waiting else "wait"
        waiting = waiting or state in {"wait", "crossed"}
        marks.append(Mark(name, str(word), state, _state_word(state), at))
    return marks


def _state_word(state: str) -> str:
    words = {"done": _("sudah"), "wait": _("menunggu"), "open": _("belum"), "crossed": _("gagal")}
    return words[state]


@register.filter
def lampu_terakhir(marks: list[Mark]) -> Mark:
    """The mark a list row names: the failed one, else the last done, else the first."""
    crossed = [mark for mark in marks if mark.state == "crossed"]
    done = [mark for mark in marks if mark.state == "done"]
    return (crossed or done[::-1] or marks)[0]


@register.filter
def nada(level_tag: str) -> str:
    """The tone of a message's level: ok, wait, bad or quiet."""
    return {"success": "ok", "warning": "wait", "error": "bad"}.get(level_tag, "quiet")


@register.simple_tag(takes_context=True)
def ekspor(context: template.Context, kind: str) -> str:
    """A link to *Ekspor* with this list and the days in the address; nothing for who may not take it."""
    request = context["request"]
    if not allowed(request.user, "export.take") or not kinds.may_take(request.user, kinds.kind(kind)):
        return ""
    days = {name: request.GET[name] for name in ("sejak", "sampai") if request.GET.get(name)}
    address = f"{reverse('office:export_list')}?{urlencode({'jenis': kind, **days})}"
    return format_html('<a class="btn" href="{}">Ekspor</a>', address)
