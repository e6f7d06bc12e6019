"""Lists of the office itself to take home: documents, the audit trail, and who held which role by decree."""

from __future__ import annotations

from opd.models import Capacity, Role
from opd.office.exports.kinds import Group
from opd.office.exports.lists import Listing, agencies, days, instants, one_of
from opd.office.exports.shapes import Column, Table

_DOCUMENTS = f"""
    FROM office_document d
    JOIN opd_opd o ON o.id = d.opd_id
    LEFT JOIN opd_user i ON i.id = d.issued_by_id
    LEFT JOIN opd_user v ON v.id = d.voided_by_id
    WHERE {days("d.day")} AND {agencies("d.opd_id")}
"""
_DOCUMENT = (
    Column("id", "number", "Kunci dokumen", "d.id"),
    Column("jenis", "text", "Jenis dokumen, misalnya skrd, stbp, dpr", "d.kind"),
    Column("nomor", "text", "Nomor yang tercetak; kosong bila masih konsep", "d.number_text"),
    Column("urutan", "number", "Nomor urut dalam jenis, OPD, dan tahun", "d.sequence"),
    Column("opd", "text", "Kode OPD", "o.code"),
    Column("tahun", "number", "Tahun anggaran", "d.year"),
    Column("tanggal", "day", "Tanggal dokumen", "d.day"),
    Column("jumlah", "amount", "Rupiah; kosong bila dokumen tidak menyebut jumlah", "d.amount"),
    Column("jenis_objek", "text", "Jenis objek yang didokumenkan", "d.subject_type"),
    Column("objek", "text", "Kunci objek", "d.subject_id"),
    Column("sidik_isi", "text", "SHA-256 isi dokumen yang dibekukan", "d.sha256"),
    Column("diterbitkan", "instant", "Saat diterbitkan (UTC)", "d.issued_at"),
    Column("diterbitkan_oleh", "text", "Nama pengguna penerbit; kosong bila sistem", "i.username"),
    Column("dibatalkan", "instant", "Saat dibatalkan (UTC)", "d.voided_at"),
    Column("dibatalkan_oleh", "text", "Nama pengguna yang membatalkan", "v.username"),
    Column("alasan_batal", "text", "Alasan dibatalkan", "d.void_reason"),
    Column("nomor_resmi", "text", "Nomor resmi dari SIPD", "d.official_number"),
    Column("tanggal_resmi", "day", "Tanggal resmi dari SIPD", "d.official_date"),
)
_EVENTS = f"FROM opd_auditevent e LEFT JOIN opd_user u ON u.id = e.by_id WHERE {instants('e.at')}"
_EVENT = (
    Column("id", "number", "Nomor jejak", "e.id"),
    Column("waktu", "instant", "Saat tindakan (UTC)", "e.at"),
    Column("oleh", "text", "Nama pengguna; kosong bila sistem", "u.username"),
    Column("tindakan", "text", "Kode tindakan, misalnya skrd.issue", "e.action"),
    Column("jenis_objek", "text", "Jenis objek", "e.subject_type"),
    Column("objek", "text", "Kunci objek", "e.subject_id"),
    Column("alasan", "text", "Alasan", "e.reason"),
    Column("sebelum", "text", "Keadaan sebelumnya (JSON), data pribadi disamarkan", "e.before::text"),
    Column("sesudah", "text", "Keadaan sesudahnya (JSON), data pribadi disamarkan", "e.after::text"),
)
_IN_FORCE = "a.valid_from <= %(last)s::date AND coalesce(a.valid_to, 'infinity') >= %(first)s::date"
_HELD = f"""
    FROM opd_roleassignment a
    JOIN opd_user u ON u.id = a.user_id
    LEFT JOIN opd_opd o ON o.id = a.opd_id
    WHERE {_IN_FORCE}
"""
_PERSON = (
    Column("id", "number", "Kunci penetapan", "a.id"),
    Column("nama_pengguna", "text", "Nama pengguna", "u.username"),
    Column("nama", "text", "Nama orang", "u.name"),
)
_DECREE = (
    Column("nomor_sk", "text", "Nomor SK atau surat tugas", "a.decree_number"),
    Column("tanggal_sk", "day", "Tanggal SK atau surat tugas", "a.decree_date"),
    Column("berlaku_sejak", "day", "Hari pertama", "a.valid_from"),
    Column("berlaku_sampai", "day", "Hari terakhir; kosong bila sampai dicabut", "a.valid_to"),
)
_ASSIGNMENT = (
    *_PERSON,
    Column("peran", "text", f"Peran: {one_of(Role.choices)}", "a.role"),
    Column("kedudukan", "text", f"Kedudukan: {one_of(Capacity.choices)}", "a.capacity"),
    Column("opd", "text", "Kode OPD; kosong bila tingkat provinsi", "o.code"),
    *_DECREE,
)
_NAMED = """(
    SELECT string_agg(n.code, ', ' ORDER BY n.code)
    FROM opd_letteragency g JOIN opd_opd n ON n.id = g.opd_id WHERE g.assignment_id = a.id
)"""
_LETTER = (
    *_PERSON,
    Column("opd", "text", "Kode OPD yang disebut surat tugas; kosong bila seluruh provinsi", _NAMED),
    *_DECREE,
)

DOCUMENTS = Listing(
    code="dokumen", label="Dokumen", group=Group.OFFICE, permission="documents.view",
    about="Semua dokumen bernomor dan konsepnya, termasuk yang dibatalkan, dengan sidik isinya.",
    days="Tanggal dokumen",
    tables=(Table("dokumen", _DOCUMENT, _DOCUMENTS, "d.id", steady=False),),
).kind()  # fmt: skip
TRAIL = Listing(
    code="jejak-audit", label="Jejak audit", group=Group.OFFICE, permission="audit.view", whole=True,
    about="Siapa melakukan apa, kapan, dari keadaan apa menjadi apa.", days="Saat tindakan",
    tables=(Table("jejak-audit", _EVENT, _EVENTS, "e.id", steady=False),),
).kind()  # fmt: skip
ROLES = Listing(
    code="penetapan-peran", label="Penetapan peran dan surat tugas", group=Group.OFFICE,
    permission="audit.view", whole=True, days="Masa berlaku",
    about="Siapa memegang peran apa menurut SK, dan surat tugas setiap auditor.",
    tables=(
        Table("penetapan-peran", _ASSIGNMENT, _HELD, "a.id", steady=False),
        Table("surat-tugas", _LETTER, f"{_HELD} AND a.role = '{Role.AUDITOR}'", "a.id", steady=False),
    ),
).kind()  # fmt: skip
KINDS = (DOCUMENTS, TRAIL, ROLES)
