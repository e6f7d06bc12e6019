"""Pages that exist only in tests: every component once, to be looked at and checked by axe."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from payments.qris import picture

PAGES = Path(__file__).with_name("pages")
NOON = datetime(2026, 11, 24, 12, 4, tzinfo=ZoneInfo("Asia/Jakarta"))
STEPS = ("requested", "paid", "settled", "credited", "booked")


@dataclass(frozen=True)
class Lights:
    requested: datetime | None = None
    paid: datetime | None = None
    settled: date | None = None
    credited: date | None = None
    booked: datetime | None = None
    crossed: tuple[str, ...] = ()


def lights(done: int, *crossed: str) -> Lights:
    times = {name: NOON + timedelta(minutes=place) for place, name in enumerate(STEPS[:done])}
    return Lights(**times, crossed=crossed)


class UploadForm(forms.Form):
    file = forms.FileField(label="Berkas setelmen", help_text="CSV dari bank, paling besar 20 MB.")
    day = forms.DateField(label="Hari setelmen", widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label="Catatan", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    account = forms.ChoiceField(
        label="Rekening", choices=[("", "Pilih rekening"), ("1", "RKUD 0010100000017")]
    )
    kind = forms.ChoiceField(
        label="Cara mencocokkan",
        choices=[("rrn", "Nomor rujukan bank"), ("sum", "Jumlah per hari")],
        widget=forms.RadioSelect,
    )
    sure = forms.BooleanField(label="Berkas ini sudah saya periksa")


class FilterForm(forms.Form):
    point = forms.ChoiceField(
        label="Penerimaan di", choices=[("", "semua titik"), ("rbk", "Rumah Bung Karno")]
    )
    state = forms.ChoiceField(
        label="yang", choices=[("", "berkeadaan apa pun"), ("wait", "belum masuk RKUD")]
    )
    since = forms.DateField(label="sejak", widget=forms.DateInput(attrs={"type": "date"}))


def _rows() -> list[dict[str, Any]]:
    places = ("Rumah Pengasingan Bung Karno", "Museum Negeri Bengkulu")
    states = [lights(5), lights(3), lights(2), lights(4, "credited"), lights(1)]
    amounts = ("13000", "1250000", "5000", "25000.50", "8000")
    return [
        {
            "at": NOON,
            "place": places[n % 2],
            "amount": Decimal(amount),
            "lights": state,
            "rrn": f"63290000{n:04d}",
        }
        for n, (amount, state) in enumerate(zip(amounts, states, strict=True))
    ]


def context() -> dict[str, Any]:
    upload = UploadForm({"day": "besok", "kind": "rrn"})
    events = [
        {"at": NOON, "text": "Pembayaran diminta", "by": "pengunjung"},
        {"at": NOON, "text": "Dibayar", "by": "bank", "detail": "Nomor rujukan 632900000001"},
        {"at": NOON, "text": "Masuk RKUD", "by": "Kuasa BUD"},
    ]
    return {
        "rows": _rows(),
        "total": Decimal("1301000.50"),
        "amount": Decimal("13000"),
        "form": upload,
        "filters": FilterForm({"point": "rbk", "since": "2026-11-01"}),
        "page": Paginator(range(1042), 50).page(3),
        "events": events,
        "running": job("running", "Berjalan", 420, 1000, ""),
        "done": job("done", "Selesai", 1000, 1000, "1.000 baris cocok"),
        "failed": job("failed", "Gagal", 0, 0, "Jumlah pada baris TRAILER tidak sama dengan isi berkas."),
        "all_lights": [lights(n) for n in range(1, 6)],
        "crossed": lights(2, "settled"),
        "day": NOON.date(),
        "symbol": picture.svg("".join(chr(33 + place * place % 90) for place in range(200))),
        "signers": [
            {"role": "Mengetahui, Kepala Dinas Pariwisata", "name": "Nama Pejabat (contoh)", "nip": "1" * 18},
            {"role": "Bendahara Penerimaan", "name": "Nama Bendahara (contoh)"},
        ],
    }


def job(state: str, word: str, done: int, total: int, message: str) -> SimpleNamespace:
    return SimpleNamespace(state=state, get_state_display=word, done=done, total=total, message=message)


@login_not_required
def show(request: HttpRequest, name: str) -> HttpResponse:
    if name == "office_parts":
        messages.success(request, "Berkas setelmen 24 November 2026 diterima.")
        messages.error(request, "Satu baris tidak cocok: jumlahnya berbeda.")
    template = engines["django"].from_string((PAGES / f"{name}.html").read_text())
    return HttpResponse(template.render(context(), request))


urlpatterns = [path("", include("config.urls")), path("galeri/<str:name>/", show)]
