"""SPP, SPM and SP2D as konsep: what their printed pages state, frozen on the day of each step.

SIPD is the book of record; its number and day come in by entry. Parts of an SPP after Permendagri 77/2020:
surat pengantar, ringkasan, rincian, pernyataan tanggung jawab.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from opd.models import Role, User
from opd.office import documents, signers
from opd.office.models import Document
from opd.planning import queries as planning
from opd.planning.models import BudgetLine, Dpa
from payments.spending.claim_rules import full_label, is_nihil
from payments.spending.models import Claim, ClaimKind, ClaimLine, TreasuryAccount
from payments.spending.sheets import day as spelled
from payments.spending.sheets import money, section, table, words

_TEMPLATE = "spending/print/claim.html"
KINDS = {
    code: documents.Kind(code, label, numbered=False, template=_TEMPLATE)
    for code, label in (
        ("spp", "Surat Permintaan Pembayaran"),
        ("spm", "Surat Perintah Membayar"),
        ("sp2d", "Surat Perintah Pencairan Dana"),
    )
}
_DECLARES = ["Yang bertanda tangan menyatakan:"]
_ORDER = "Kuasa BUD supaya menerbitkan Surat Perintah Pencairan Dana kepada penerima di bawah ini."
_TRANSFER = "Bank supaya memindahbukukan dari Rekening Kas Umum Daerah kepada penerima di bawah ini."
_ORDER_NIHIL = (
    "Kuasa BUD supaya menerbitkan Surat Perintah Pencairan Dana nihil: belanja di bawah ini disahkan, jumlah "
    "yang dibayarkan Rp 0."
)
_TRANSFER_NIHIL = (
    "Belanja di bawah ini disahkan atas beban uang yang sudah diterima bendahara. Jumlah yang dibayarkan "
    "Rp 0; tidak ada pemindahbukuan dari Rekening Kas Umum Daerah."
)
_LINES = (
    ("No", "number"), ("Sub kegiatan, kode rekening", "text"), ("Uraian", "text"), ("Penerima", "text"),
    ("Tanggal", "day"), ("Jumlah", "money"),
)  # fmt: skip
_PROMISES = (
    "Jumlah permintaan ini dipakai untuk keperluan membiayai kegiatan menurut DPA-SKPD.",
    "Bukti belanja lengkap dan sah, disimpan menurut ketentuan untuk keperluan pemeriksaan.",
    "Pembayaran ini belum pernah dimintakan sebelumnya.",
    "Bila kelak ternyata ada kelebihan pembayaran, kelebihannya disetor ke Rekening Kas Umum Daerah.",
)


def issue_spp(claim: Claim, *, by: User | None, at: datetime, on: date) -> Document:
    """The SPP as konsep, in the caller's transaction."""
    kind = _kind(claim)
    people = [signers.signer(Role.BENDAHARA_PENGELUARAN, claim.opd, on)]
    parts = [
        section(pairs=_head(claim, on), sentences=[_request(claim)]),
        section("Ringkasan", pairs=_summary(claim)),
        section("Rincian", table=_lines(claim), new_page=True) if _has_lines(claim) else None,
        section("Pernyataan tanggung jawab", sentences=_DECLARES, points=_PROMISES),
    ]
    return _issue("spp", claim, f"SPP-{kind}", parts, people, by=by, at=at, on=on)


def issue_spm(claim: Claim, *, by: User | None, at: datetime, on: date) -> Document:
    """The SPM as konsep; the Pengguna Anggaran signs it alone."""
    people = [signers.signer(Role.PA, claim.opd, on)]
    order = _ORDER_NIHIL if _is_nihil(claim) else _ORDER
    parts = [section(pairs=_head(claim, on), sentences=[order]), *_money(claim)]
    return _issue("spm", claim, f"SPM-{_kind(claim)}", parts, people, by=by, at=at, on=on)


def issue_sp2d(claim: Claim, *, by: User | None, at: datetime, on: date) -> Document:
    """The SP2D as the treasury issued it; its official number is recorded right after."""
    people = [signers.signer(Role.KUASA_BUD, None, on)]
    transfer = _TRANSFER_NIHIL if _is_nihil(claim) else _TRANSFER
    parts = [section(pairs=_head(claim, on), sentences=[transfer]), *_money(claim)]
    return _issue("sp2d", claim, f"SP2D-{_kind(claim)}", parts, people, by=by, at=at, on=on)


def void_all(claim: Claim, *, reason: str, by: User | None, at: datetime) -> None:
    """A rejected claim's documents no longer stand."""
    for document in documents.of(claim).standing():
        documents.void(document=document, reason=reason, by=by, at=at)


def standing(claim: Claim) -> list[Document]:
    """The claim's documents as they stand, oldest first."""
    return list(documents.of(claim).standing().filter(kind__in=KINDS).order_by("issued_at", "pk"))


def _issue(
    kind: str,
    claim: Claim,
    title: str,
    parts: Iterable[dict[str, Any] | None],
    people: list[dict[str, str]],
    *,
    by: User | None,
    at: datetime,
    on: date,
) -> Document:
    facts = {
        "office": claim.opd.name, "title": title, "amount": claim.amount, "purpose": claim.purpose,
        "sections": [part for part in parts if part], "signers": people,
    }  # fmt: skip
    return documents.issue(
        kind=kind, opd=claim.opd, day=on, title=title, subject=claim, amount=claim.amount, facts=facts,
        by=by, at=at,
    )  # fmt: skip


def _kind(claim: Claim) -> str:
    return full_label(claim.kind, has_lines=_has_lines(claim))


def _is_nihil(claim: Claim) -> bool:
    return is_nihil(claim.kind, has_lines=_has_lines(claim))


def _has_lines(claim: Claim) -> bool:
    return claim.lines.exists()


def _head(claim: Claim, on: date) -> list[tuple[str, str]]:
    dpa: Dpa | None = planning.newest_dpa(claim.opd_id, claim.year)
    return [
        ("SKPD", claim.opd.name),
        ("Tahun anggaran", str(claim.year)),
        ("Dasar", f"DPA-SKPD {dpa.number}, {spelled(dpa.dpa_date)}" if dpa else "DPA-SKPD belum dicatat"),
        ("Jenis", f"{_kind(claim)}"),
        ("Untuk keperluan", claim.purpose),
        ("Jumlah", f"{money(claim.amount)} ({words(claim.amount)})"),
        *_receiver(claim, on),
    ]


def _receiver(claim: Claim, on: date) -> list[tuple[str, str]]:
    """Who gets the money: the payee of an LS, else the treasurer's account by decree."""
    if claim.kind == ClaimKind.LS:
        line = claim.lines.select_related("spend__payee").first()
        payee = line.spend.payee if line else None
        account = f"{payee.bank_name} {payee.account_no} a.n. {payee.account_name}" if payee else "–"
        return [
            ("Kepada", payee.name if payee else "–"),
            ("Rekening", account),
            ("NPWP", payee.npwp if payee else "–"),
        ]
    person = signers.signer(Role.BENDAHARA_PENGELUARAN, claim.opd, on)
    held = TreasuryAccount.objects.valid(on=on).filter(opd=claim.opd_id, kind=TreasuryAccount.Kind.BP).first()
    account = f"{held.bank_name} {held.account_no} a.n. {held.account_name}" if held else "belum didaftar"
    return [("Kepada", f"{person['role']} {person['name']}".strip()), ("Rekening", account)]


def _request(claim: Claim) -> str:
    if _is_nihil(claim):
        return (
            "Bersama ini kami ajukan pengesahan belanja yang sudah dibayar dari uang yang kami terima, "
            f"sebesar {money(claim.amount)}. Pembayaran yang diminta nihil."
        )
    return (
        "Bersama ini kami ajukan permintaan pembayaran kepada Pengguna Anggaran, untuk diteruskan sebagai "
        f"Surat Perintah Membayar, sebesar {money(claim.amount)}."
    )


def _summary(claim: Claim) -> list[tuple[str, str]]:
    sums = BudgetLine.objects.filter(opd=claim.opd_id, year=claim.year).aggregate(
        pagu=Sum("pagu"), released=Sum("released"), realised=Sum("realised")
    )
    zero = Decimal(0)
    released, realised = sums["released"] or zero, sums["realised"] or zero
    pairs = [
        ("Pagu DPA-SKPD", money(sums["pagu"] or zero)),
        ("Dana yang disediakan (SPD)", money(released)),
        ("Belanja sampai hari ini", money(realised)),
        ("Sisa dana SPD", money(released - realised)),
    ]
    figures = {figure.kind: figure for figure in planning.purses(claim.opd_id, claim.year)}
    pairs += [(f"{one.label} (batas)", money(one.limit)) for one in figures.values() if one.limit]
    return [*pairs, ("Permintaan ini", money(claim.amount))]


def _money(claim: Claim) -> list[dict[str, Any]]:
    """The lines, and for LS the taxes that the treasury withholds."""
    if not _has_lines(claim):
        return []
    parts = [section("Pembebanan", table=_lines(claim))]
    taxes = [
        (number, str(tax.get_kind_display()), tax.billing_code, tax.amount)
        for number, tax in enumerate(_taxes(claim), 1)
    ]
    if taxes and claim.kind == ClaimKind.LS:
        withheld = sum((row[3] for row in taxes), Decimal(0))
        columns = (("No", "number"), ("Potongan", "text"), ("Kode billing", "text"), ("Jumlah", "money"))
        parts.append(section("Potongan", table=table(columns, taxes, ("", "Jumlah potongan", "", withheld))))
        parts.append(section(pairs=[("Jumlah dibayarkan", money(claim.amount - withheld))]))
    return parts


def _taxes(claim: Claim) -> list[Any]:
    return [tax for line in _rows(claim) for tax in line.spend.taxes.all()]


def _lines(claim: Claim) -> dict[str, Any]:
    rows = [
        (
            number, f"{line.spend.line.kode_sub_kegiatan} {line.spend.line.kode_rekening}",
            line.spend.description,
            line.spend.payee.name if line.spend.payee else line.spend.merchant_name,
            line.spend.paid_date or line.spend.spend_date, line.amount,
        )
        for number, line in enumerate(_rows(claim), 1)
    ]  # fmt: skip
    return table(_LINES, rows, ("", "", "Jumlah", "", "", claim.amount))


def _rows(claim: Claim) -> list[ClaimLine]:
    rows = claim.lines.select_related("spend__line", "spend__payee").prefetch_related("spend__taxes")
    return list(rows.order_by("spend__line__kode_sub_kegiatan", "spend__line__kode_rekening", "pk"))
