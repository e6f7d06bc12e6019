"""Words on screen for money that goes back (pure)."""

from __future__ import annotations

from payments.incoming.refund_rules import Path, Standing, Why

PATH_LABELS: dict[Path, str] = {
    Path.CANCEL: "Dibatalkan di bank",
    Path.ACQUIRER: "Dikembalikan bank penerima",
    Path.RESTITUTION: "Restitusi dari RKUD",
    Path.PRIOR_YEAR: "Restitusi tahun lalu (BTT)",
    Path.FOUND: "Sudah dikembalikan bank",
}
STANDING_LABELS: dict[Standing, str] = {
    Standing.REQUESTED: "Diusulkan",
    Standing.APPROVED: "Disetujui",
    Standing.SENT: "Dikirim ke bank",
    Standing.UNCLEAR: "Belum pasti",
    Standing.DONE: "Dikembalikan",
    Standing.REFUSED: "Ditolak",
}
WHY_TEXTS: dict[Why, str] = {
    Why.WITH_ACQUIRER: "Uangnya masih di bank penerima dan belum disetor. Seluruh pembayaran dapat dibatalkan"
    " di bank; sebagian baru dapat dikembalikan setelah bank menyetornya.",
    Why.SETTLED: "Bank sudah menghitungnya dalam berkas settlement, tetapi uangnya belum di RKUD. Bank dapat"
    " mengembalikan semua atau sebagian; setorannya ke RKUD berkurang sebesar itu.",
    Why.IN_RKUD: "Uangnya sudah di RKUD tahun ini. Bendahara tidak berwenang mengeluarkannya: jalannya"
    " permohonan, SKRDLB, SPM, lalu SP2D dari BUD, sebagai pengurang pendapatan tahun ini.",
    Why.LAST_YEAR: "Uangnya masuk RKUD pada tahun anggaran yang sudah lewat. Jalannya permohonan, SKRDLB,"
    " SPM, lalu SP2D dari BUD atas beban Belanja Tidak Terduga.",
    Why.DISPUTED: "Jumlah menurut bank berbeda dari catatan kita. Selesaikan dahulu selisihnya di"
    " rekonsiliasi, supaya jelas di mana uangnya.",
    Why.NOT_BOOKED: "Uangnya sudah di rekening koran RKUD, tetapi jurnalnya belum ditulis. Tunggu"
    " rekonsiliasi selesai, lalu ajukan.",
    Why.WINDOW_OVER: "Batas hari pengembalian oleh bank sudah lewat dan uangnya belum di RKUD. Tunggu"
    " uangnya masuk RKUD, lalu ajukan restitusi.",
    Why.BY_NUMBER: "Pembayaran lewat Virtual Account tidak dapat dikembalikan oleh bank penerima. Tunggu"
    " uangnya masuk RKUD, lalu ajukan restitusi.",
    Why.CLAIMED: "Uang ini sudah diklaim sebagai tiket. Batalkan dahulu klaimnya, pada hari yang sama.",
    Why.SAID_BACK: "Bank menyatakan uang ini sudah dikembalikan, padahal di sini belum dicatat. Buka"
    " kejanggalannya: catat sebagai pengembalian, atau jelaskan dengan surat bank.",
    Why.NOTHING_LEFT: "Tidak ada lagi yang dapat dikembalikan dari pembayaran ini.",
}
