"""What a permission says in Indonesian, put together from its room and its verb. Pure."""

from __future__ import annotations

ROOMS = {
    "takings": "Penerimaan", "complaints": "Pengaduan", "refund": "Pengembalian", "stbp": "TBP",
    "settlement": "Berkas settlement", "statement": "Rekening koran", "reconciliation": "Rekonsiliasi",
    "ledger": "Buku besar", "dashboard": "Papan TP2DD", "audit": "Jejak audit", "users": "Pengguna",
    "opd": "OPD", "partner": "Mitra bank", "points": "Titik", "planning": "Anggaran",
    "documents": "Dokumen", "spend": "Belanja", "payee": "Penerima", "claim": "SPP", "kkpd": "KKPD",
    "emoney": "Uang elektronik", "books": "Pembukuan", "counter": "Loket", "assessments": "SKRD",
    "walkins": "QRIS statis", "phantom": "QRIS tak terdaftar", "gate": "Gerbang", "rollout": "Peluncuran",
    "auditing": "Audit", "proof": "Pembuktian", "export": "Ekspor", "period": "Masa buku",
    "plans": "Dokumen perencanaan", "consistency": "Konsistensi",
    "api": "Akses sistem", "etpd": "ETPD", "instruction": "Instruksi",
    "secretariat": "Meja sekretaris TP2DD", "datarequests": "Permintaan data", "calendar": "Kalender",
    "roadmap": "Peta jalan",
    "evaluation": "Penilaian", "transparency": "Keterbukaan",
}  # fmt: skip
VERBS = {
    "view": "lihat", "handle": "tangani", "assign": "tugaskan", "propose": "usulkan", "approve": "setujui",
    "pay": "bayar", "issue": "terbitkan", "upload": "unggah", "resolve": "selesaikan", "manage": "kelola",
    "import": "impor", "raise": "ajukan", "verify": "verifikasi", "spm": "terbitkan SPM",
    "sp2d": "catat SP2D", "cards": "kelola kartu", "report": "lapor", "sign": "tanda tangani",
    "bill": "catat tagihan", "test": "uji", "settle": "lunasi", "close": "tutup",
    "receipts": "tutup penerimaan", "sell": "jual", "deposit": "setor", "confirm": "pastikan",
    "decide": "putuskan", "claim": "klaim", "undo": "batalkan", "count": "hitung", "enrol": "daftarkan",
    "work": "periksa", "answer": "jawab", "ask": "minta", "take": "bawa pulang",
    "explain": "jelaskan", "run": "hitung ulang", "fill": "isi", "review": "tinjau",
    "measure": "catat ukuran", "draft": "susun", "remind": "ingatkan",
}  # fmt: skip


def room_of(permission: str) -> str:
    """ "spend.view" is about "Belanja"; a word nobody translated stays as it is."""
    room = permission.partition(".")[0]
    return ROOMS.get(room, room)


def verb_of(permission: str) -> str:
    verb = permission.partition(".")[2]
    return VERBS.get(verb, verb)


def spoken(permission: str) -> str:
    """ "Belanja: lihat"."""
    return f"{room_of(permission)}: {verb_of(permission)}"
