"""The Tanda Bukti Penerimaan: what it states, frozen when it is issued, on the page and as a PDF."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse

from opd.models import Role, User
from opd.office import documents
from opd.office.calendar import WIB, day_of
from opd.office.documents import Kind
from opd.office.models import Document
from opd.office.pdf import Book, Column
from opd.office.signers import signer
from payments.money import format_rupiah, terbilang
from retribusi.stbp import sources

STBP = Kind(
    "stbp", "Tanda Bukti Penerimaan", "{n}/TBP/{opd}/{year}", template="retribusi/stbp/cetak_tbp.html"
)
_CODES = (Column("Kode rekening", 3), Column("Jumlah", 2, "money"))


def issue(subject: documents.Subject, *, by: User | None, at: datetime) -> Document:
    """Issue the TBP of a receipt, last in the transaction that took the money; its number is of that day.

    Once for each receipt: again, it is the standing one. Raises DocumentError.
    """
    subject_type, subject_id = documents.subject_key(subject)
    receipt = sources.source(subject_type).receipt(subject_id)
    day = day_of(receipt.at)
    facts: dict[str, Any] = {
        "point": receipt.point.name, "point_id": receipt.point.pk, "payer": receipt.payer,
        "what": receipt.what, "way": receipt.way,
        "received": f"{receipt.at.astimezone(WIB):%d-%m-%Y %H.%M} WIB",
        "amount_text": format_rupiah(receipt.amount), "terbilang": terbilang(receipt.amount),
        "codes": [[code, amount] for code, amount in receipt.codes],
        "signers": [
            {"role": "Penyetor", "name": receipt.payer, "nip": ""},
            signer(Role.BENDAHARA_PENERIMAAN, receipt.opd, day),
        ],
    }  # fmt: skip
    return documents.issue(
        kind=STBP.code, opd=receipt.opd, day=day, subject=subject, amount=receipt.amount, facts=facts, by=by,
        at=at, title=f"Penerimaan {format_rupiah(receipt.amount)} dari {receipt.payer}"[:200],
    )  # fmt: skip


def as_pdf(document: Document, *, at: datetime) -> bytes:
    """The TBP on A4, from its frozen facts."""
    facts = document.facts
    book = Book(STBP.label, office=facts["office"], at=at, number=document.number)
    if document.voided_at:
        book.text(f"DIBATALKAN: {document.void_reason}", bold=True, center=True)
    book.facts(
        [
            ("Diterima dari", facts["payer"]), ("Titik", facts["point"]), ("Untuk", facts["what"]),
            ("Cara", facts["way"]), ("Diterima pada", facts["received"]),
            ("Jumlah", facts["amount_text"]), ("Terbilang", facts["terbilang"]),
        ]
    )  # fmt: skip
    rows = [[code, Decimal(amount)] for code, amount in facts["codes"]]
    book.table(_CODES, rows, total=["Jumlah", document.amount])
    book.signatures(facts["signers"], day=document.day)
    proof = f"{settings.BASE_URL.rstrip('/')}{reverse('office:verification', args=[document.token])}"
    book.verification(proof, "Pindai untuk memeriksa keaslian surat ini, atau buka")
    return book.bytes()
