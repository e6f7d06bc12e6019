"""What was sold at the counter, and its cash on the way to RKUD (STS), to take home."""

from __future__ import annotations

from opd.office.exports.kinds import Group
from opd.office.exports.lists import Listing, agencies, instants, one_of, yes
from opd.office.exports.shapes import Column, Table
from payments.ledger.pins import last_block, seal, sealed
from retribusi.counter.papers import STS
from retribusi.models import Order

_SALE = (
    Column("id", "text", "Kunci penjualan", "s.id::text"),
    Column("waktu", "instant", "Saat dijual (UTC)", "s.made_at"),
    Column("opd", "text", "Kode OPD", "o.code"),
    Column("titik", "text", "Titik", "c.name"),
    Column("petugas", "text", "Nama akun petugas", "u.username"),
    Column("shift", "text", "Kunci shift", "h.id::text"),
    Column("pesanan", "text", "Kunci pesanan", "r.id::text"),
    Column("kuitansi", "text", "Nomor kuitansi", "r.receipt_number"),
    Column("cara", "text", f"Cara bayar: {one_of(Order.Channel.choices)}", "r.channel"),
    Column("jumlah", "amount", "Rupiah", "r.total"),
    Column("keadaan", "text", f"Keadaan pesanan: {one_of(Order.State.choices)}", "r.state"),
    Column("rujukan", "text", "Nomor persetujuan EDC atau RRN", "s.reference"),
    Column("alasan_tunai", "text", "Alasan tunai", "s.cash_reason"),
    Column("alasan_jam", "text", "Alasan di luar jam buka", "s.hours_reason"),
    Column("jurnal", "number", "Nomor jurnal", "s.journal"),
    Column("terjual_saat_padam", "instant", "Saat terjual bila dicatat kemudian (UTC)", "s.happened_at"),
)
_SALES = f"""
    FROM counter_sale s
    JOIN counter_shift h ON h.id = s.shift_id
    JOIN opd_user u ON u.id = h.officer_id
    JOIN retribusi_order r ON r.id = s.order_id
    JOIN retribusi_collectionpoint c ON c.id = h.point_id
    JOIN opd_opd o ON o.id = c.opd_id
    WHERE {instants("s.made_at")} AND {agencies("c.opd_id")}
"""
_DEPOSIT = (
    Column("id", "text", "Kunci setoran", "d.id::text"),
    Column("opd", "text", "Kode OPD", "o.code"),
    Column("disetor", "instant", "Saat disetor ke bank (UTC)", "d.deposited_at"),
    Column("batas_setor", "instant", "Batas setor (UTC)", "d.due_at"),
    Column("terlambat", "text", "ya bila sesudah batas", yes("d.deposited_at > d.due_at")),
    Column("bukti_bank", "text", "Nomor bukti bank", "d.reference"),
    Column("jumlah", "amount", "Rupiah", "d.amount"),
    Column("jurnal", "number", "Nomor jurnal setoran", "d.journal"),
    Column("masuk_rkud", "day", "Hari masuk RKUD, bila jurnalnya sudah tersegel", "k.effective_date"),
    Column("rujukan_rekening_koran", "text", "Rujukan rekening koran",
           "CASE WHEN k.id IS NOT NULL THEN d.credited_reference END"),
    Column("jurnal_rkud", "number", "Nomor jurnal masuk RKUD", "k.id"),
    Column("jurnal_pendapatan", "number", "Nomor jurnal pendapatan", "v.id"),
)  # fmt: skip
_DEPOSITS = f"""
    FROM counter_deposit d
    JOIN ledger_journal j ON j.id = d.journal
    JOIN opd_opd o ON o.id = d.opd_id
    LEFT JOIN ledger_journal k ON k.id = d.credited_journal AND {sealed("k")}
    LEFT JOIN ledger_journal v ON v.id = d.revenue_journal AND {sealed("v")}
    WHERE {sealed("j")} AND {instants("d.deposited_at")} AND {agencies("d.opd_id")}
"""
_PAPER = (
    Column("id", "number", "Nomor dokumen di sini", "n.id"),
    Column("setoran", "text", "Kunci setoran", "d.id::text"),
    Column("nomor", "text", "Nomor STS", "n.number_text"),
    Column("tanggal", "day", "Tanggal", "n.day"),
    Column("jumlah", "amount", "Rupiah", "n.amount"),
    Column("dibatalkan", "instant", "Saat dibatalkan (UTC)", "n.voided_at"),
    Column("alasan_batal", "text", "Alasan batal", "n.void_reason"),
)
_PAPERS = f"""
    FROM office_document n
    JOIN counter_deposit d ON d.id::text = n.subject_id
    WHERE n.kind = '{STS.code}' AND n.subject_type = 'counter.deposit'
      AND {instants("d.deposited_at")} AND {agencies("d.opd_id")}
"""

KINDS = (
    Listing(
        code="penjualan-loket", label="Penjualan loket", group=Group.LEVIES, permission="takings.view",
        about="Setiap penjualan petugas loket dengan cara bayar dan alasannya.", days="Hari dijual",
        tables=(Table("penjualan-loket", _SALE, _SALES, "s.made_at, s.id", steady=False),),
    ).kind(),
    Listing(
        code="setoran-tunai", label="Setoran tunai (STS)", group=Group.RECEIPTS, permission="takings.view",
        about="Setoran tunai yang jurnalnya sudah tersegel, batas setornya, masuk RKUD, dan dokumen STS-nya.",
        days="Hari disetor", marks=last_block, facts=seal,
        tables=(
            Table("setoran", _DEPOSIT, _DEPOSITS, "d.deposited_at, d.id"),
            Table("dokumen-sts", _PAPER, _PAPERS, "n.id", steady=False),
        ),
    ).kind(),
)  # fmt: skip
