"""What waits for holders and treasurers on the home page."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from opd.access import actor, require
from opd.navigation import TaskCard
from payments.emoney import queries
from payments.emoney.models import Card
from payments.money import format_rupiah


def my_receipts(request: HttpRequest) -> TaskCard:
    cards = Card.objects.filter(holder=actor(request))
    count, amount = queries.sums(queries.to_report(queries.open_taps(cards)))
    url = reverse("emoney:my_taps")
    if not count:
        return TaskCard("Uang elektronik saya", "Semua transaksi sudah dilaporkan.", url, 0, "ok")
    text = f"{count} transaksi ({format_rupiah(amount)}) menunggu struk dari Anda."
    return TaskCard("Struk belum diserahkan", text, url, count, "wait")


def to_charge(request: HttpRequest) -> TaskCard | None:
    cards = Card.objects.filter(pk__in=require(actor(request), "emoney.manage").filter(Card.objects.all()))
    taps = queries.open_taps(cards)
    ready, amount = queries.sums(queries.narrowed(taps, "ready"))
    waiting, exposed = queries.sums(taps)
    if ready:
        text = f"{ready} transaksi ({format_rupiah(amount)}) siap Anda uji dan bebankan."
        return TaskCard("Uang elektronik", text, f"{reverse('emoney:tap_list')}?tahap=ready", ready, "wait")
    if waiting:
        text = f"{waiting} transaksi ({format_rupiah(exposed)}) belum dipertanggungjawabkan pemegangnya."
        return TaskCard("Uang elektronik", text, reverse("emoney:tap_list"), waiting, "quiet")
    return None


def year_end(request: HttpRequest) -> TaskCard | None:
    """In December: cards that must come to zero."""
    today = timezone.localdate()
    if today.month != 12:
        return None
    rows = queries.with_balance(queries.rows_of(queries.visible(actor(request)), on=today))
    if not rows:
        return None
    text = f"{len(rows)} kartu masih bersaldo; harus nol sebelum 31 Desember."
    return TaskCard("Saldo kartu akhir tahun", text, reverse("emoney:year_end"), len(rows), "bad")
