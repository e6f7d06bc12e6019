"""What the columns of a bank's statement can be, and by which names banks call them. Pure."""

from __future__ import annotations

from enum import StrEnum


class Column(StrEnum):
    """What a column of a statement can be."""

    POST_DATE = "post_date"
    EFFECTIVE_DATE = "effective_date"
    DESCRIPTION = "description"
    REFERENCE = "reference"
    ACCOUNT = "account"
    CURRENCY = "currency"
    DEBIT = "debit"
    CREDIT = "credit"
    AMOUNT = "amount"
    DIRECTION = "direction"
    BALANCE = "balance"
    BALANCE_BEFORE = "balance_before"


LABELS: dict[Column, str] = {
    Column.POST_DATE: "Tanggal buku",
    Column.EFFECTIVE_DATE: "Tanggal valuta",
    Column.DESCRIPTION: "Uraian",
    Column.REFERENCE: "Nomor rujukan",
    Column.ACCOUNT: "Nomor rekening",
    Column.CURRENCY: "Mata uang",
    Column.DEBIT: "Debit (keluar)",
    Column.CREDIT: "Kredit (masuk)",
    Column.AMOUNT: "Jumlah (satu kolom)",
    Column.DIRECTION: "Tanda D/K",
    Column.BALANCE: "Saldo sesudah mutasi",
    Column.BALANCE_BEFORE: "Saldo sebelum mutasi",
}
NAMES: dict[Column, tuple[str, ...]] = {
    Column.POST_DATE: (
        *("post date", "posting date", "tanggal buku", "tanggal transaksi", "tanggal kirim", "tgl_tran"),
        *("transaction date", "tanggal", "tgl.", "tgl", "date"),
    ),
    Column.EFFECTIVE_DATE: (
        *("effective date", "value date", "tanggal valuta", "tgl. val.", "tgl_efektif"),
        *("tanggal efektif", "valuta"),
    ),
    Column.DESCRIPTION: (
        *("description", "deskripsi", "keterangan", "uraian", "rincian transaksi", "desk_tran"),
        *("remarks", "remark"),
    ),
    Column.REFERENCE: (
        *("reference no", "reference no.", "no. referensi", "no referensi", "nomor referensi", "referensi"),
        *("reference", "journal no.", "no. jurnal", "seq"),
    ),
    Column.ACCOUNT: ("account", "account no", "norek", "no. rekening", "no rekening", "nomor rekening"),
    Column.CURRENCY: ("currency", "mata uang", "ccy"),
    Column.DEBIT: ("debit", "debet", "mutasi_debit", "mutasi debit", "keluar"),
    Column.CREDIT: ("credit", "kredit", "mutasi_kredit", "mutasi kredit", "masuk"),
    Column.AMOUNT: ("amount", "jumlah", "nominal", "mutasi"),
    Column.DIRECTION: ("db/cr", "d/k", "d/c", "db/kr", "dk", "dc"),
    Column.BALANCE: ("balance", "saldo", "running balance", "saldo akhir"),
    Column.BALANCE_BEFORE: ("saldo_awal_mutasi", "saldo awal mutasi"),
}
LIKELY = tuple(name for names in NAMES.values() for name in names)
MONEY = (Column.DEBIT, Column.CREDIT, Column.AMOUNT, Column.BALANCE, Column.BALANCE_BEFORE)
