"""What the columns of an acquirer's settlement can be, and by which names acquirers call them. Pure."""

from __future__ import annotations

from enum import StrEnum


class Column(StrEnum):
    """What a column of a settlement file can be."""

    TRX_TIME = "trx_time"
    CLOCK = "clock"
    SETTLEMENT_DATE = "settlement_date"
    NMID = "nmid"
    RRN = "rrn"
    GROSS = "gross"
    MDR = "mdr"
    OTHER_FEE = "other_fee"
    NET = "net"
    BATCH_NO = "batch_no"
    BILL_NO = "bill_no"
    PARTNER_REFERENCE_NO = "partner_reference_no"
    REFERENCE_NO = "reference_no"
    STATUS = "status"
    TERMINAL_ID = "terminal_id"
    ISSUER_CODE = "issuer_code"
    MERCHANT_PAN = "merchant_pan"


LABELS: dict[Column, str] = {
    Column.TRX_TIME: "Waktu transaksi",
    Column.CLOCK: "Jam transaksi (kolom tersendiri)",
    Column.SETTLEMENT_DATE: "Tanggal settlement",
    Column.NMID: "NMID",
    Column.RRN: "RRN",
    Column.GROSS: "Bruto",
    Column.MDR: "MDR",
    Column.OTHER_FEE: "PPN atau biaya lain",
    Column.NET: "Neto",
    Column.BATCH_NO: "Nomor batch",
    Column.BILL_NO: "Nomor tagihan",
    Column.PARTNER_REFERENCE_NO: "Nomor rujukan kita",
    Column.REFERENCE_NO: "Nomor rujukan bank",
    Column.STATUS: "Status",
    Column.TERMINAL_ID: "Terminal",
    Column.ISSUER_CODE: "Penerbit",
    Column.MERCHANT_PAN: "PAN merchant",
}
NAMES: dict[Column, tuple[str, ...]] = {
    Column.TRX_TIME: (
        *(
            "trx_time",
            "waktu transaksi",
            "transaction time",
            "trxdatetime",
            "transaction date time",
            "transaction datetime",
        ),
        *("tanggal & jam", "tanggal jam", "tgl/jam transaksi", "waktu trx", "trx date", "tanggal transaksi"),
        *("tgl transaksi", "tgl. transaksi", "tgl trx", "transaction date", "tanggal trx", "tanggal", "tgl"),
        "date",
    ),
    Column.CLOCK: ("jam transaksi", "jam", "jam trx", "time", "waktu", "pukul"),
    Column.SETTLEMENT_DATE: (
        *("settlement_date", "settlement date", "tanggal settlement", "tgl settlement", "tgl. settlement"),
        *("settle date", "tanggal penyelesaian", "business date", "tanggal bayar", "payout date"),
    ),
    Column.NMID: ("nmid", "national merchant id", "nmid merchant", "kode nmid"),
    Column.RRN: ("rrn", "retrieval reference number", "no. rrn", "no rrn", "nomor rrn", "ref retrieval"),
    Column.GROSS: (
        *(
            "amount_gross",
            "gross amount",
            "gross",
            "bruto",
            "nominal bruto",
            "jumlah bruto",
            "nominal transaksi",
        ),
        *("nilai transaksi", "transaction amount", "trx amount", "jumlah transaksi", "nominal", "amount"),
        *("jumlah",),
    ),
    Column.MDR: (
        *("mdr", "mdr amount", "nominal mdr", "potongan mdr", "biaya mdr", "merchant discount", "potongan"),
        *("fee", "discount", "biaya", "fee merchant"),
    ),
    Column.OTHER_FEE: (
        *(
            "ppn",
            "ppn mdr",
            "pajak",
            "vat",
            "tax",
            "biaya lain",
            "biaya lain-lain",
            "biaya admin",
            "other fee",
        ),
        *("admin fee",),
    ),
    Column.NET: (
        *("amount_net", "net amount", "net", "neto", "netto", "nominal neto", "nominal netto", "jumlah neto"),
        *("jumlah netto", "nominal bersih", "settlement amount", "nominal settlement", "jumlah dibayar"),
        *("diterima", "net settlement"),
    ),
    Column.BATCH_NO: (
        *(
            "batch_no",
            "batch no",
            "batch no.",
            "batch number",
            "no. batch",
            "no batch",
            "nomor batch",
            "batch",
        ),
        *("settlement id", "id settlement"),
    ),
    Column.BILL_NO: (
        *("bill_no", "bill number", "nomor tagihan", "no. tagihan", "no tagihan", "invoice", "invoice no"),
        *("no. invoice", "order id"),
    ),
    Column.PARTNER_REFERENCE_NO: (
        *(
            "partner_reference_no",
            "partner reference no",
            "partner ref",
            "merchant reference",
            "merchant ref",
        ),
        *("partnerreferenceno", "no. referensi merchant", "referensi merchant", "merchant trx id"),
    ),
    Column.REFERENCE_NO: (
        *("reference_no", "reference no", "reference number", "referenceno", "no. referensi", "no referensi"),
        *("nomor referensi", "referensi", "bank reference", "invoice id", "trx id", "id transaksi"),
    ),
    Column.STATUS: ("status", "status transaksi", "transaction status", "trx status", "keterangan status"),
    Column.TERMINAL_ID: ("terminal_id", "terminal id", "tid", "terminal", "kode terminal", "id terminal"),
    Column.ISSUER_CODE: (
        *("issuer_code", "issuer", "issuer name", "penerbit", "nama penerbit", "kode penerbit", "issuer id"),
        *("sumber dana",),
    ),
    Column.MERCHANT_PAN: ("merchant_pan", "mpan", "merchant pan", "pan merchant", "pan"),
}
LIKELY = tuple(name for names in NAMES.values() for name in names)
MONEY = (Column.GROSS, Column.MDR, Column.OTHER_FEE, Column.NET)
DAYS = (Column.TRX_TIME, Column.SETTLEMENT_DATE)
