"""What the columns of a card bill can be, and by which names banks call them. Pure."""

from __future__ import annotations

from enum import StrEnum


class Column(StrEnum):
    """What a column of a bill can be."""

    CARD = "card"
    TRANSACTION_DATE = "transaction_date"
    POSTING_DATE = "posting_date"
    MERCHANT = "merchant"
    AMOUNT = "amount"
    RRN = "rrn"
    AUTHORIZATION_CODE = "authorization_code"
    MCC = "mcc"
    VIA = "via"
    NUMBER = "number"
    DUE_DATE = "due_date"


LABELS: dict[Column, str] = {
    Column.CARD: "Nomor kartu (tersamar)",
    Column.TRANSACTION_DATE: "Tanggal transaksi",
    Column.POSTING_DATE: "Tanggal posting",
    Column.MERCHANT: "Merchant",
    Column.AMOUNT: "Nilai",
    Column.RRN: "RRN",
    Column.AUTHORIZATION_CODE: "Kode otorisasi",
    Column.MCC: "MCC",
    Column.VIA: "Jenis (EDC atau QRIS)",
    Column.NUMBER: "Nomor tagihan",
    Column.DUE_DATE: "Jatuh tempo",
}
NAMES: dict[Column, tuple[str, ...]] = {
    Column.CARD: (
        *("nomor_kartu", "nomor kartu", "no. kartu", "no kartu", "nomor kkpd", "no. kkpd", "no kkpd"),
        *("card number", "card no.", "card no", "nomor kki", "kartu", "card"),
    ),
    Column.TRANSACTION_DATE: (
        *("tanggal_transaksi", "tanggal transaksi", "tgl. transaksi", "tgl transaksi", "tgl. trx", "tgl trx"),
        *("transaction date", "trans. date", "trans date", "trx date", "tgl. tran", "tanggal", "tgl", "date"),
    ),
    Column.POSTING_DATE: (
        *("tanggal_posting", "tanggal posting", "tgl. posting", "tgl posting", "tanggal pembukuan"),
        *("tgl. pembukuan", "tgl pembukuan", "tanggal buku", "tgl. buku", "posting date", "post date"),
    ),
    Column.MERCHANT: (
        *("merchant", "nama merchant", "merchant name", "nama toko", "keterangan transaksi", "keterangan"),
        *("uraian transaksi", "uraian", "rincian transaksi", "deskripsi", "description"),
    ),
    Column.AMOUNT: (
        *("nilai", "nilai transaksi", "jumlah transaksi", "nominal transaksi", "jumlah tagihan", "nominal"),
        *("transaction amount", "billing amount", "amount", "jumlah"),
    ),
    Column.RRN: ("rrn", "no. rrn", "no rrn", "nomor rrn", "retrieval reference number"),
    Column.AUTHORIZATION_CODE: (
        *("kode_otorisasi", "kode otorisasi", "approval code", "kode approval", "authorization code"),
        *("auth code", "no. otorisasi", "otorisasi", "approval"),
    ),
    Column.MCC: ("mcc", "kode mcc", "merchant category code"),
    Column.VIA: (
        *("jenis", "jenis transaksi", "tipe transaksi", "transaction type", "trx type", "kanal", "channel"),
        "melalui",
    ),
    Column.NUMBER: (
        *("nomor_tagihan", "nomor tagihan", "no. tagihan", "no tagihan", "billing number", "bill number"),
        *("statement number", "nomor billing", "no. billing"),
    ),
    Column.DUE_DATE: (
        *("jatuh_tempo", "jatuh tempo", "tanggal jatuh tempo", "tgl. jatuh tempo", "tgl jatuh tempo"),
        *("due date", "payment due date"),
    ),
}
LIKELY = tuple(name for names in NAMES.values() for name in names)
DAYS = (Column.TRANSACTION_DATE, Column.POSTING_DATE, Column.DUE_DATE)
