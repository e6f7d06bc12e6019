"""Settlements as acquirers export them, from plain sales; shares nothing with the reader. Amounts in sen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.reconciliation.banks import Rows, bare, csv, english, indonesian, xlsx
from tests.reconciliation.files import Sale


def sums(sales: Sequence[Sale]) -> tuple[int, int, int]:
    gross, mdr = sum(sale.gross for sale in sales), sum(sale.mdr for sale in sales)
    return gross, mdr, gross - mdr


def nagari(sales: Sequence[Sale]) -> Rows:
    """Indonesian names, semicolons, decimal commas, day first, a total below; fees negative."""
    head = ["No", "Tanggal Transaksi", "Tgl Settlement", "No. Batch", "NMID", "TID", "RRN", "No. Tagihan",
            "No. Referensi", "Referensi Merchant", "Penerbit", "Nominal Transaksi (Rp)", "MDR (Rp)",
            "Nominal Bersih (Rp)", "Status Transaksi"]  # fmt: skip
    body = [
        [str(number), f"{s.at:%d/%m/%Y %H:%M:%S}", f"{s.settled:%d/%m/%Y}", s.batch_no, s.nmid, s.terminal,
         s.rrn, s.bill, s.reference, s.partner_reference, s.issuer, indonesian(s.gross), indonesian(-s.mdr),
         indonesian(s.gross - s.mdr), "Berhasil"]
        for number, s in enumerate(sales, start=1)
    ]  # fmt: skip
    gross, mdr, net = map(indonesian, sums(sales))
    foot = ["", "TOTAL", "", "", "", "", "", "", "", "", "", gross, f"-{mdr}", net, ""]
    return [head, *body, foot, ["Dicetak otomatis oleh sistem"]]


def anz(sales: Sequence[Sale]) -> Rows:
    """English names, commas, thousands with commas, ISO days; the fee in two parts; ids held as text."""
    head = ["Trx Date", "Time", "Settlement Date", "Batch Number", "National Merchant ID", "Terminal ID",
            "RRN", "Merchant Reference", "Gross Amount", "MDR Amount", "VAT", "Net Amount", "Trx Status"]  # fmt: skip  # noqa: E501
    body = [
        [f"{s.at:%Y-%m-%d}", f"{s.at:%H:%M:%S}", f"{s.settled:%Y-%m-%d}", s.batch_no, s.nmid, s.terminal,
         f"'{s.rrn}", s.partner_reference, english(s.gross), english(s.mdr - s.mdr // 10),
         english(s.mdr // 10), english(s.gross - s.mdr), "SETTLED"]
        for s in sales
    ]  # fmt: skip
    return [head, *body]


def titled(sales: Sequence[Sale]) -> Rows:
    """Titles with merchant and settlement day above; no batch, no status, no net."""
    first = sales[0]
    above = [
        ["LAPORAN SETTLEMENT QRIS"],
        [f"NMID : {first.nmid}"],
        ["Tanggal Settlement", f"{first.settled:%d-%m-%Y}"],
        [""],
    ]
    head = ["Waktu Transaksi", "RRN", "Partner Reference No", "Issuer", "Nominal", "Potongan"]
    body = [
        [f"{s.at:%d-%m-%Y %H:%M:%S}", s.rrn, s.partner_reference, "PT BANK YANG NAMANYA PANJANG SEKALI",
         indonesian(s.gross), indonesian(s.mdr)]
        for s in sales
    ]  # fmt: skip
    return [*above, head, *body]


def piped(sales: Sequence[Sale]) -> Rows:
    """Pipes, compact times, plain amounts; neither settlement day nor MDR; a trailer that repeats itself."""
    head = ["TRXDATETIME", "MID_NASIONAL", "REF_RETRIEVAL", "PARTNER_REF", "MPAN", "GROSS", "NET", "STATUS"]
    body = [
        [f"{s.at:%Y%m%d%H%M%S}", s.nmid, s.rrn, s.partner_reference, s.pan, bare(s.gross),
         bare(s.gross - s.mdr), "00"]
        for s in sales
    ]  # fmt: skip
    gross, _, net = map(bare, sums(sales))
    return [head, *body, ["JUMLAH", "", "", "", "", gross, net, ""]]


ACQUIRERS: dict[str, tuple[Callable[[Sequence[Sale]], Rows], str]] = {
    "nagari": (nagari, ";"), "anz": (anz, ","), "titled": (titled, "\t"), "piped": (piped, "|"),
}  # fmt: skip


def written(acquirer: str, sales: Sequence[Sale], *, workbook: bool = False) -> bytes:
    write, delimiter = ACQUIRERS[acquirer]
    rows = write(sales)
    return xlsx(rows) if workbook else csv(rows, delimiter)
