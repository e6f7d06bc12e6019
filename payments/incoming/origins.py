"""What the page of origins tells of a payment: the request, the money, the notice as it came."""

from __future__ import annotations

from collections.abc import Iterator

from opd.models import User
from payments.incoming import queries
from payments.incoming.models import Payment, PaymentRequest
from payments.incoming.traces import payment_id_of
from payments.ledger.origins import Fact, Step
from payments.snap import queries as snap


def told(source: str, viewer: User) -> Iterator[Step]:
    """The request that was paid, the money as the bank told of it, and the notice as it came."""
    rows = Payment.objects.select_related("request", "receiving_account", "partner")
    payment_id = payment_id_of(source)
    payment = rows.filter(pk=payment_id).first() if payment_id else None
    if payment is None:
        return
    if payment.request is not None:
        yield _request(payment.request)
    yield _payment(payment)
    inbox_id = queries.notice_of(payment.pk)
    if told := snap.message(inbox_id) if inbox_id else None:
        yield Step(
            "Kabar bank seperti diterima",
            told.message.received_at,
            (
                ("Layanan", told.service_name),
                ("Dari", f"{payment.partner.name}, alamat IP {told.message.remote_addr}"),
                ("Nomor pesan bank", told.message.external_id),
                ("Tanda tangan", told.message.reason),
                ("Sidik SHA-256 isi asli", told.message.body_sha256),
            ),
            raw=told.body,
        )


def _request(request: PaymentRequest) -> Step:
    facts: tuple[Fact, ...] = (
        ("Untuk", request.description),
        ("Jumlah", request.amount),
        ("Nomor rujukan kita", request.partner_reference_no),
    )
    return Step("Permintaan pembayaran", request.created_at, facts)


def _payment(payment: Payment) -> Step:
    facts: list[Fact] = [
        ("Jumlah", payment.amount),
        ("Sifat", payment.get_kind_display()),
        ("Cara bayar", payment.get_method_display()),
        ("Rekening penerimaan", str(payment.receiving_account)),
        ("RRN", payment.rrn),
        ("Nomor rujukan bank", payment.reference_no),
        ("Diketahui dari", payment.get_seen_by_display()),
        ("Dibukukan", payment.recorded_at),
    ]
    return Step("Pembayaran", payment.paid_at, tuple(facts))
