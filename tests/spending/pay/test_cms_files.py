"""Bulk files out and results back, byte for byte."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.spending.bank import cms_files
from payments.spending.bank.cms_files import BulkLine, CmsFileError

HEADER = "no;opd;rek_asal;nama_tujuan;rek_tujuan;nilai;ket;status;kode;referensi;waktu"
WHEN = "2026-06-01T10:00:00+07:00"
FIRST = BulkLine("113", "0010200113001", "CV Sumber; Tulis", "0010300000011", Decimal("150000.00"), "ATK")
SECOND = BulkLine("113", "0010200113001", "RM Rafflesia", "0010300000012", Decimal(7), "Rapat\nharian")
SENT = cms_files.write([FIRST, SECOND])


def result(*changes: tuple[str, str], trailer: str = "JUMLAH;2;1;1") -> bytes:
    lines = [
        HEADER,
        f"1;113;0010200113001;CV Sumber Tulis;0010300000011;150000;ATK;BERHASIL;00;REF1;{WHEN}",
        f"2;113;0010200113001;RM Rafflesia;0010300000012;7;Rapat harian;GAGAL;18;;{WHEN}",
        trailer,
    ]
    text = "\r\n".join(lines) + "\r\n"
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text.encode()


def test_a_file_has_no_header_and_whole_rupiah() -> None:
    assert SENT == (
        b"113;0010200113001;CV Sumber Tulis;0010300000011;150000;ATK\r\n"
        b"113;0010200113001;RM Rafflesia;0010300000012;7;Rapat harian\r\n"
    )
    assert cms_files.file_name("OB", "113", date(2026, 6, 1), 2) == "OB_113_01062026_2.csv"


def test_a_file_to_other_banks_names_bic_currency_and_a_short_note() -> None:
    line = BulkLine("113", "1", "Toko", "8880011223344", Decimal(5), "x" * 40, bic="LAINIDJ8")
    assert cms_files.write([line]) == b"113;1;Toko;8880011223344;5;LAINIDJ8;IDR;" + b"x" * 30 + b"\r\n"


def test_sen_are_refused_clearly() -> None:
    with pytest.raises(CmsFileError, match="jumlah dengan sen"):
        cms_files.write([BulkLine("1", "1", "A", "2", Decimal("1.50"), "x")])


def test_a_result_says_which_line_was_paid() -> None:
    paid, failed = cms_files.read_result(result(), SENT)
    assert (paid.done, paid.reference_no, paid.paid_date) == (True, "REF1", date(2026, 6, 1))
    assert (failed.done, failed.message) == (False, "Rekening tujuan sudah ditutup. (kode 18)")


def test_a_result_with_byte_order_mark_and_unix_lines_is_read() -> None:
    assert len(cms_files.read_result(b"\xef\xbb\xbf" + result().replace(b"\r\n", b"\n"), SENT)) == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ([("no;opd", "nomor;opd")], "Baris 1: bukan berkas hasil CMS"),
        ([("150000;ATK", "150001;ATK")], "Baris 2, kolom nilai"),
        ([("CV Sumber Tulis", "CV Lain")], "Baris 2, kolom nama_tujuan"),
        ([("0010300000012;7", "0010300000099;7")], "Baris 3, kolom rek_tujuan"),
        ([("2;113", "3;113")], "Baris 3, kolom no"),
        ([("GAGAL", "TERTUNDA")], "Baris 3, kolom status"),
        ([("REF1", "")], "Baris 2, kolom referensi"),
        ([("GAGAL;18", "GAGAL;")], "Baris 3, kolom kode"),
        ([("BERHASIL;00;REF1;2026-06-01", "BERHASIL;00;REF1;01/06/2026")], "Baris 2, kolom waktu"),
        ([("BERHASIL;00;REF1;", "BERHASIL;00;")], "Baris 2: ada 10 kolom"),
        ([("JUMLAH;2;1;1", "JUMLAH;2;2;0")], "Baris 4: angka kontrol"),
        ([("JUMLAH;2;1;1\r\n", "")], "memuat 1 transfer"),
        ([(f"2;113;0010200113001;RM Rafflesia;0010300000012;7;Rapat harian;GAGAL;18;;{WHEN}\r\n", "")],
         "memuat 1 transfer, berkas yang Anda kirim 2"),
    ],
)  # fmt: skip
def test_a_result_that_is_not_ours_word_for_word_is_refused(
    changes: list[tuple[str, str]], words: str
) -> None:
    with pytest.raises(CmsFileError, match=words):
        cms_files.read_result(result(*changes), SENT)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\xff\xfe", b"x" * 2_000_001])
def test_what_is_no_text_file_is_refused(content: bytes) -> None:
    with pytest.raises(CmsFileError):
        cms_files.read_result(content, SENT)


@given(st.integers(min_value=0, max_value=len(result()) - 1), st.integers(min_value=0, max_value=255))
def test_any_damaged_byte_is_refused_or_changes_no_money(place: int, byte: int) -> None:
    damaged = bytearray(result())
    damaged[place] = byte
    try:
        lines = cms_files.read_result(bytes(damaged), SENT)
    except CmsFileError:
        return
    assert [line.done for line in lines] == [True, False]
