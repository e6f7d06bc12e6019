"""Complaints and their course to take home. What people wrote, and how to reach them, stays on its page."""

from __future__ import annotations

from opd.office.exports.kinds import Group
from opd.office.exports.lists import Listing, agencies, instants, one_of
from opd.office.exports.shapes import Column, Table
from retribusi.complaints.models import Entry
from retribusi.complaints.rules import State

_WHERE = f"WHERE {instants('c.filed_at')} AND {agencies('c.opd_id')}"
_COMPLAINTS = f"""
    FROM complaints_complaint c
    LEFT JOIN opd_opd o ON o.id = c.opd_id
    LEFT JOIN retribusi_collectionpoint p ON p.id = c.point_id
    LEFT JOIN retribusi_order r ON r.id = c.order_id
    LEFT JOIN opd_user u ON u.id = c.officer_id
    {_WHERE}
"""
_COMPLAINT = (
    Column("id", "text", "Kunci pengaduan", "c.id::text"),
    Column("nomor", "text", "Nomor pengaduan", "c.number"),
    Column("masuk", "instant", "Saat masuk (UTC)", "c.filed_at"),
    Column("kategori", "text", "Kategori", "c.category"),
    Column("opd", "text", "Kode OPD; kosong bila belum ditujukan", "o.code"),
    Column("titik", "text", "Titik", "p.name"),
    Column("tanggal_kejadian", "day", "Tanggal kejadian", "c.happened_on"),
    Column("pesanan", "text", "Kunci pesanan yang dikeluhkan", "r.id::text"),
    Column("kontak", "text", "Kontak, disamarkan", "c.contact_mask"),
    Column("keadaan", "text", f"Keadaan: {one_of(State.choices)}", "c.state"),
    Column("petugas", "text", "Nama pengguna petugas", "u.username"),
    Column("tenggat", "day", "Tenggat jawaban yang ditunggu", "c.due_on"),
    Column("tenggat_pertama", "day", "Tenggat jawaban pertama", "c.first_due_on"),
    Column("dijawab_pertama", "day", "Hari jawaban pertama", "c.first_answered_on"),
    Column("selesai", "instant", "Saat selesai (UTC)", "c.closed_at"),
    Column("nilai", "number", "Nilai dari pengadu, 1 sampai 5", "c.rating"),
)
_ENTRIES = f"""
    FROM complaints_entry e
    JOIN complaints_complaint c ON c.id = e.complaint_id
    LEFT JOIN opd_user u ON u.id = e.by_id
    {_WHERE}
"""
_ENTRY = (
    Column("id", "number", "Nomor langkah", "e.id"),
    Column("pengaduan", "text", "Kunci pengaduan", "c.id::text"),
    Column("jenis", "text", f"Langkah: {one_of(Entry.Kind.choices)}", "e.kind"),
    Column("keadaan", "text", f"Keadaan sesudahnya: {one_of(State.choices)}", "e.state"),
    Column("waktu", "instant", "Saat langkah (UTC)", "e.at"),
    Column("oleh", "text", "Nama pengguna; kosong bila pengadu atau sistem", "u.username"),
)

KIND = Listing(
    code="pengaduan", label="Pengaduan", group=Group.LEVIES, permission="complaints.view",
    about="Pengaduan dan langkah penanganannya, tanpa isi tulisan dan kontak.", days="Hari masuk",
    tables=(
        Table("pengaduan", _COMPLAINT, _COMPLAINTS, "c.filed_at, c.id", steady=False),
        Table("langkah-pengaduan", _ENTRY, _ENTRIES, "e.id", steady=False),
    ),
).kind()  # fmt: skip
