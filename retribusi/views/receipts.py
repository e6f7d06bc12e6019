"""/periksa/: anybody checks a receipt, by its QR or by pasting what it says. Asks nobody, writes nothing."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from opd.office.throttle import address, too_often
from retribusi import proofs, receipts
from retribusi.models import TicketKey
from retribusi.receipts import Printed, ReceiptError
from retribusi.services.keys import verifying_keys
from retribusi.throttle import TooOften
from retribusi.views.shared import visitor

REFUSALS = {
    "not_a_receipt": _("Ini bukan kode kuitansi kami. Salin seluruh tautan dari QR kuitansi."),
    "damaged": _("Kode ini tidak utuh: ada huruf yang hilang atau berubah. Pindai ulang QR-nya."),
    "version": _("Kode ini dari versi yang belum kami kenal. Jangan terima sebelum ditanyakan."),
    "unknown_key": _("Kunci penanda tangan kuitansi ini bukan kunci kami. Jangan terima kuitansi ini."),
    "forged": _("Tanda tangan tidak cocok: isinya diubah atau dipalsukan. Jangan terima kuitansi ini."),
}
STATES = {
    Printed.FREE: _("Bebas retribusi"),
    Printed.PAID: _("Dibayar, belum disetor bank"),
    Printed.SETTLED: _("Disetor bank, belum masuk RKUD"),
    Printed.CREDITED: _("Masuk Rekening Kas Umum Daerah"),
    Printed.BOOKED: _("Dibukukan sebagai pendapatan daerah"),
    Printed.REFUNDED: _("Dikembalikan kepada pembayar"),
    Printed.PARTLY_REFUNDED: _("Sebagian dikembalikan kepada pembayar"),
}


@require_safe
@visitor
def check(request: HttpRequest, signed: str = "") -> HttpResponseBase:
    """Whether the signature is good, what the receipt says, and how far its money is now."""
    _not_too_often(request)
    text = receipts.bare(signed or request.GET.get("kode", ""))
    if not text:
        return render(request, "retribusi/periksa.html")
    try:
        facts = receipts.verify(text[:400], verifying_keys())
    except ReceiptError as error:
        refusal = {"refusal": REFUSALS[error.code], "pasted": text[:400]}
        return render(request, "retribusi/periksa.html", refusal, status=HTTPStatus.BAD_REQUEST)
    proof = proofs.proof_of(facts)
    context = {
        "proof": proof,
        "facts": facts,
        "then": STATES[facts.state],
        "now": STATES[proof.state] if proof.state is not None else "",
    }
    return render(request, "retribusi/periksa.html", context)


@require_safe
@visitor
def keys(request: HttpRequest) -> HttpResponse:
    """The published keys, and how to check a receipt without us."""
    rows = TicketKey.objects.values_list("key_id", "public_key", "valid_from")
    shown = [(key_id, bytes(raw).hex(), since) for key_id, raw, since in rows]
    return render(request, "retribusi/periksa_kunci.html", {"keys": shown})


def _not_too_often(request: HttpRequest) -> None:
    if too_often("periksa", address(request), most=60, seconds=300):
        raise TooOften(300)
