"""What the card's documents print, frozen as they are issued: DPR, DPT, rejection letter, NPD, LPJ with SPTB.

Columns after a provincial implementation of Permendagri 79/2022. Our own documents are numbered without gaps;
NPD and LPJ are SIPD's, printed as konsep. Forms keep the regulation's word SKPD.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from opd import access
from opd.models import Opd, Role, User
from opd.office import attachments, documents, signers
from opd.office.documents import Subject
from opd.office.models import Document
from payments.kkpd import rules
from payments.kkpd.models import Bill, BillLine, Dpr, DprLine, Dpt
from payments.spending.models import SpendType
from payments.spending.sheets import day as spelled
from payments.spending.sheets import money, section, table, words

_TEMPLATE = "kkpd/print/paper.html"
KINDS = (
    documents.Kind("dpr", "Daftar Pengeluaran Riil KKPD", "{n}/DPR-KKPD/{opd}/{year}", template=_TEMPLATE),
    documents.Kind("dpt", "Daftar Pembayaran Tagihan KKPD", "{n}/DPT-KKPD/{opd}/{year}", template=_TEMPLATE),
    documents.Kind(
        "tolak_kkpd", "Surat Pemberitahuan Penolakan KKPD", "{n}/TOLAK-KKPD/{opd}/{year}", template=_TEMPLATE
    ),
    documents.Kind("npd_kkpd", "Nota Pencairan Dana KKPD", numbered=False, template=_TEMPLATE),
    documents.Kind("lpj_kkpd", "Laporan Pertanggungjawaban KKPD", numbered=False, template=_TEMPLATE),
)
_CHARGED = (
    ("No", "number"), ("Nama", "text"), ("No KKPD", "text"), ("Jenis", "text"), ("Rincian", "text"),
    ("Pembebanan", "text"), ("Jumlah", "money"),
)  # fmt: skip


def issue_dpr(dpr: Dpr, lines: Sequence[DprLine], *, signer: User, at: datetime, on: date) -> Document:
    """The DPR, signed by its holder and the PPTK who signs now."""
    total = sum((line.spend.amount for line in lines), Decimal(0))
    columns = (
        ("No", "number"), ("Uraian", "text"), ("Jenis belanja", "text"),
        ("Sub kegiatan, kode rekening", "text"), ("Bukti", "text"), ("Jumlah", "money"),
    )  # fmt: skip
    rows = [
        (
            number,
            f"{line.spend.description}, {line.spend.merchant_name}, {spelled(line.transaction_date)}",
            SpendType(line.spend.type).label,
            f"{line.spend.line.kode_sub_kegiatan} {line.spend.line.kode_rekening}",
            "Ya" if attachments.of(line).exists() else "Tidak", line.spend.amount,
        )
        for number, line in enumerate(lines, 1)
    ]  # fmt: skip
    holder = dpr.card.holder
    parts = [
        section(
            pairs=[
                ("SKPD", dpr.opd.name),
                ("Pemegang KKPD", holder.name),
                ("Nomor KKPD", dpr.card.masked),
                ("Jenis kartu", dpr.card.get_kind_display()),
                ("Jumlah", f"{money(total)} ({words(total)})"),
            ]
        ),
        section("Pengeluaran", table=table(columns, rows, ("", "Jumlah", "", "", "", total))),
        section(
            "Pernyataan",
            points=(
                "Pengeluaran di atas benar dilaksanakan untuk keperluan dinas dan sesuai dengan bukti "
                "terlampir.",
                "Bila kelak ternyata ada kelebihan pembayaran, kelebihannya disetor ke Rekening Kas Umum "
                "Daerah.",
            ),
        ),
    ]
    people = [
        {"role": "Pemegang KKPD", "name": holder.name, "nip": holder.nip},
        acting(signer, (Role.PPTK,), dpr.opd, on),
    ]
    title = f"DPR {holder.name}"
    return _issue("dpr", dpr.opd, dpr, title, total, parts, people, by=signer, at=at, on=on)


def issue_dpt(dpt: Dpt, lines: Sequence[BillLine], *, by: User, at: datetime, on: date) -> Document:
    """The DPT: holder, card, kind, detail, account and amount of each line that passed."""
    bill = dpt.bill
    several = len({line.card_id for line in lines}) > 1
    title = f"DPT {'gabungan ' if several else ''}tagihan {bill.number}"
    parts = [
        section(
            pairs=[
                *_bill_pairs(bill),
                ("Kartu", "gabungan beberapa kartu" if several else lines[0].card.masked),
                ("Jumlah disetujui", f"{money(dpt.amount)} ({words(dpt.amount)})"),
            ]
        ),
        section("Tagihan yang disetujui", table=_charged(lines, dpt.amount)),
        section("Pengujian", sentences=["Baris di atas lolos uji berikut:"], points=rules.CHECKS.values()),
    ]
    people = [acting(by, (Role.PA, Role.KPA), bill.opd, on)]
    return _issue("dpt", bill.opd, dpt, title, dpt.amount, parts, people, by=by, at=at, on=on)


def issue_letter(bill: Bill, lines: Sequence[BillLine], *, by: User, at: datetime, on: date) -> Document:
    """The letter to the Pelaksana Kuasa Pengguna KKPD: what is not charged to APBD, and why."""
    total = sum((line.amount for line in lines), Decimal(0))
    columns = (
        ("No", "number"), ("Nama", "text"), ("No KKPD", "text"), ("Tanggal", "day"), ("Merchant", "text"),
        ("Alasan", "text"), ("Jumlah", "money"),
    )  # fmt: skip
    rows = [
        (
            number, line.card.holder.name, line.card.masked, line.transaction_date, line.merchant,
            line.reason, line.amount,
        )
        for number, line in enumerate(lines, 1)
    ]  # fmt: skip
    said = (
        "Yth. Pelaksana Kuasa Pengguna KKPD. Dari pengujian atas tagihan di bawah ini, pengeluaran berikut "
        "kami tolak. "
        "Pengeluaran itu tidak dibebankan ke APBD dan menjadi tanggungan pemegang kartu."
    )
    parts = [
        section(pairs=_bill_pairs(bill), sentences=[said]),
        section("Tagihan yang ditolak", table=table(columns, rows, ("", "", "", "", "Jumlah", "", total))),
        section(sentences=["Pemegang kartu melunasinya langsung ke bank penerbit sebelum jatuh tempo."]),
    ]
    people = [acting(by, (Role.PA, Role.KPA), bill.opd, on)]
    title = f"Penolakan tagihan {bill.number}"
    return _issue("tolak_kkpd", bill.opd, bill, title, total, parts, people, by=by, at=at, on=on)


def issue_npd(bill: Bill, *, by: User, at: datetime, on: date) -> Document:
    """The NPD KKPD that PA or KPA issues to the treasurer."""
    lines = passed(bill)
    total = sum((line.amount for line in lines), Decimal(0))
    said = "Bendahara pengeluaran supaya menyiapkan pencairan dana KKPD untuk pengeluaran di bawah ini."
    parts = [
        section(pairs=[*_bill_pairs(bill), ("Jumlah", f"{money(total)} ({words(total)})")], sentences=[said]),
        section("Dasar", points=[f"DPT {number}" for number in dpt_numbers(bill)]),
        section("Rincian", table=_charged(lines, total)),
    ]
    people = [acting(by, (Role.PA, Role.KPA), bill.opd, on)]
    title = f"NPD KKPD tagihan {bill.number}"
    return _issue("npd_kkpd", bill.opd, bill, title, total, parts, people, by=by, at=at, on=on)


def issue_lpj(bill: Bill, *, by: User, at: datetime, on: date) -> Document:
    """The LPJ with the SPTB, once PPK has verified; the treasurer and PPK sign."""
    if standing := documents.current("lpj_kkpd", bill):
        return standing
    lines = passed(bill)
    total = sum((line.amount for line in lines), Decimal(0))
    promises = (
        "Bertanggung jawab secara formal dan material atas seluruh pengeluaran yang dibayar dengan KKPD.",
        "Bukti pengeluaran lengkap dan sah, disimpan untuk keperluan pemeriksaan.",
        "Bila kelak ternyata ada kerugian daerah, bersedia menyelesaikannya menurut ketentuan.",
    )
    parts = [
        section(pairs=[*_bill_pairs(bill), ("Jumlah", f"{money(total)} ({words(total)})")]),
        section("Rincian pertanggungjawaban", table=_charged(lines, total)),
        section("Rekapitulasi per kode rekening", table=_by_account(lines, total)),
        section("Surat Pernyataan Tanggung Jawab Belanja (SPTB)", points=promises, new_page=True),
    ]
    people = [
        signers.signer(Role.BENDAHARA_PENGELUARAN, bill.opd, on),
        acting(by, (Role.PPK_OPD,), bill.opd, on),
    ]
    title = f"LPJ KKPD tagihan {bill.number}"
    return _issue("lpj_kkpd", bill.opd, bill, title, total, parts, people, by=by, at=at, on=on)


def passed(bill: Bill) -> list[BillLine]:
    """The lines of a bill that its DPT list."""
    rows = bill.lines.filter(dpt__isnull=False).select_related("card__holder", "report__spend__line")
    return list(rows.order_by("line_no"))


def dpt_numbers(bill: Bill) -> list[str]:
    keys = [str(pk) for pk in bill.dpts.values_list("pk", flat=True)]
    rows = Document.objects.standing().filter(kind="dpt", subject_type="kkpd.dpt", subject_id__in=keys)
    return list(rows.order_by("sequence").values_list("number_text", flat=True))


def acting(user: User, roles: Sequence[Role], opd: Opd, on: date) -> dict[str, str]:
    """The person who acts, in the office that lets him: "Plt. Kuasa Pengguna Anggaran"."""
    held = next(
        (one for one in access.roles(user, on=on) if one.role in roles and one.opd_id == opd.pk), None
    )
    title = held.title if held else roles[0].label
    for screen, printed in signers.PRINTED.items():
        title = title.replace(screen, printed)
    return {"role": title, "name": user.name, "nip": user.nip}


def _issue(
    kind: str,
    opd: Opd,
    subject: Subject,
    title: str,
    amount: Decimal,
    parts: Sequence[dict[str, Any]],
    people: list[dict[str, str]],
    *,
    by: User,
    at: datetime,
    on: date,
) -> Document:
    facts = {"office": opd.name, "title": title, "sections": list(parts), "signers": people}
    return documents.issue(
        kind=kind, opd=opd, day=on, title=title, subject=subject, amount=amount, facts=facts, by=by, at=at
    )


def _bill_pairs(bill: Bill) -> list[tuple[str, str]]:
    return [
        ("SKPD", bill.opd.name),
        ("Tahun anggaran", str(bill.year)),
        ("Tagihan", f"{bill.number}, jatuh tempo {spelled(bill.due_date)}"),
        ("Jumlah tagihan", money(bill.total)),
    ]


def _charged(lines: Sequence[BillLine], total: Decimal) -> dict[str, Any]:
    rows = []
    for number, line in enumerate(lines, 1):
        assert line.report is not None  # what is in a DPT has its report
        spend = line.report.spend
        rows.append(
            (
                number, line.card.holder.name, line.card.masked, SpendType(spend.type).label,
                f"{spend.description}, {line.merchant}, {spelled(line.transaction_date)}",
                f"{spend.line.kode_sub_kegiatan} {spend.line.kode_rekening}", line.amount,
            )
        )  # fmt: skip
    return table(_CHARGED, rows, ("", "", "", "", "Jumlah", "", total))


def _by_account(lines: Sequence[BillLine], total: Decimal) -> dict[str, Any]:
    sums: dict[tuple[str, str], Decimal] = {}
    for line in lines:
        assert line.report is not None
        account = line.report.spend.line
        key = (account.kode_rekening, account.nama_rekening)
        sums[key] = sums.get(key, Decimal(0)) + line.amount
    rows = [(code, name, amount) for (code, name), amount in sorted(sums.items())]
    columns = (("Kode rekening", "text"), ("Uraian", "text"), ("Jumlah", "money"))
    return table(columns, rows, ("", "Jumlah", total))
