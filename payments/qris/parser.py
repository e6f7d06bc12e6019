"""Reads a QRIS tolerantly: refuses what could cost someone money, warns of what real codes do anyway.

What the checksum promises: CRC-16 finds every change of a single ASCII character, since that is a burst of
at most eight bits, and every burst up to sixteen bits; of larger damage it misses one in 65,536. It proves
no origin: anyone can compute it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from payments.qris.errors import QrisError, QrisWarning
from payments.qris.payload import (
    DOMESTIC,
    DYNAMIC,
    LOOSE_TEMPLATES,
    REPOSITORY,
    REPOSITORY_GUID,
    STATIC,
    TEMPLATES,
    QrisPayload,
    read_amount,
)
from payments.qris.tlv import crc, read

LONGEST = 512
CRITERIA = frozenset({"UMI", "UKE", "UME", "UBE", "URE", "PSO", "BLU"})
_CRC = re.compile(r"[0-9A-F]{4}")
_TAIL = re.compile(r"6304[0-9A-F]{4}")
_NMID = re.compile(r"ID[0-9]{1,13}")
_PAN = re.compile(r"[0-9]{8,19}")
_MCC = re.compile(r"[0-9]{4}")
_PERCENT = re.compile(r"[0-9]{1,2}(\.[0-9]{1,2})?")
_STRICT_PERCENT = re.compile(r"[0-9]{2}\.[0-9]{2}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def parse(text: str) -> QrisPayload:
    """The payload of ``text``, exactly as given (trim what a scanner added first).

    Raises QrisError with ``code`` one of: ``text``, ``empty``, ``too_long``, ``character``, ``crc_mismatch``,
    ``crc_format``, ``tag``, ``length``, ``overrun``, ``duplicate``, ``trailing``, ``format``, ``initiation``,
    ``missing``, ``currency``, ``country``, ``mcc``, ``amount``, ``tip``, ``merchant``.
    """
    _check_text(text)
    if _TAIL.fullmatch(text[-8:]):
        _check_crc(text[:-4], text[-4:])
    payload = QrisPayload(read(text, last="63"))
    _check_frame(payload)
    warnings = tuple(warning for rule in _RULES for warning in rule(payload))
    return QrisPayload(payload.objects, warnings)


def _check_text(text: object) -> None:
    if not isinstance(text, str):
        raise QrisError("text", "QRIS harus berupa teks.")
    if not text:
        raise QrisError("empty", "QRIS kosong.")
    if len(text) > LONGEST:
        raise QrisError("too_long", f"QRIS terlalu panjang: {len(text)} karakter, paling banyak {LONGEST}.")
    if _CONTROL.search(text):
        raise QrisError("character", "QRIS berisi karakter yang tidak dapat dicetak.")


def _check_crc(text: str, given: str) -> None:
    if crc(text) != given:
        raise QrisError("crc_mismatch", "CRC tidak cocok: QRIS rusak atau diubah.")


def _check_frame(payload: QrisPayload) -> None:
    objects = payload.objects
    if objects[0].tag != "00" or objects[0].value != "01":
        raise QrisError("format", "QRIS harus diawali tag 00 berisi 01.")
    if payload.get("63") is None:
        raise QrisError("crc_format", "CRC (tag 63) tidak ada.")
    if not _CRC.fullmatch(payload.crc):
        raise QrisError("crc_format", "CRC (tag 63) harus empat angka heksadesimal huruf besar.")
    _check_crc(str(payload)[:-4], payload.crc)


Rule = Callable[[QrisPayload], Iterator[QrisWarning]]


def _header(payload: QrisPayload) -> Iterator[QrisWarning]:
    if payload.get("01") not in {None, STATIC, DYNAMIC}:
        raise QrisError("initiation", "Tag 01 hanya boleh 11 (statis) atau 12 (dinamis).")
    for tag in ("52", "53", "58", "59", "60"):
        if payload.get(tag) is None:
            raise QrisError("missing", f"Tag {tag} wajib ada.")
    if payload.currency != "360":
        raise QrisError("currency", f"Mata uang bukan rupiah (360): {payload.currency[:8]!r}.")
    if payload.country != "ID":
        raise QrisError("country", f"Negara bukan ID: {payload.country[:8]!r}.")
    if not _MCC.fullmatch(payload.mcc):
        raise QrisError("mcc", f"Kategori usaha (tag 52) bukan empat angka: {payload.mcc[:8]!r}.")
    yield from ()


def _amounts(payload: QrisPayload) -> Iterator[QrisWarning]:
    text = payload.get("54")
    if text is not None:
        read_amount(text, "54")
        if text.startswith("0") and text[1:2] != ".":
            yield QrisWarning("amount_zeros", "Nominal (tag 54) diawali nol.")
    elif payload.is_dynamic:
        yield QrisWarning("amount_missing", "QRIS dinamis tanpa nominal (tag 54).")


def _tips(payload: QrisPayload) -> Iterator[QrisWarning]:
    kind, fixed, percent = (payload.get(tag) for tag in ("55", "56", "57"))
    if kind not in {None, "01", "02", "03"}:
        raise QrisError("tip", "Tag 55 hanya boleh 01, 02 atau 03.")
    if (kind == "02" and fixed is None) or (kind == "03" and percent is None):
        raise QrisError("tip", "Nilai tip (tag 56 atau 57) tidak ada.")
    if fixed is not None:
        read_amount(fixed, "56")
    if percent is not None and (not _PERCENT.fullmatch(percent) or not percent.strip("0.")):
        raise QrisError("tip", f"Persentase tip (tag 57) tidak sah: {percent[:8]!r}.")
    if percent is not None and not _STRICT_PERCENT.fullmatch(percent):
        yield QrisWarning("tip_format", "Persentase tip (tag 57) tidak berbentuk 00.01 sampai 99.99.")
    if (fixed is not None and kind != "02") or (percent is not None and kind != "03"):
        yield QrisWarning("tip_unused", "Nilai tip ada, tetapi tag 55 tidak memakainya.")


def _templates(payload: QrisPayload) -> Iterator[QrisWarning]:
    for item in payload.objects:
        if item.tag in TEMPLATES:
            tags = [sub.tag for sub in read(item.value, f"tag {item.tag}")]
            if tags != sorted(tags):
                yield QrisWarning("sub_order", f"Urutan isi tag {item.tag} tidak menaik.")
        elif item.tag in LOOSE_TEMPLATES and not payload.template(item.tag):
            yield QrisWarning("template", f"Isi tag {item.tag} tidak terbaca sebagai templat.")


def _merchant_accounts(payload: QrisPayload) -> Iterator[QrisWarning]:
    if not payload.merchants and payload.get(REPOSITORY) is None:
        raise QrisError("merchant", "Akun merchant (tag 26–45 atau 51) tidak ada.")
    for account in payload.merchants:
        if not 1 <= len(account.guid) <= 32:
            yield QrisWarning("guid", f"GUID pada tag {account.tag} tidak ada atau lebih dari 32 karakter.")
        if not _PAN.fullmatch(account.pan):
            yield QrisWarning("pan", f"Merchant PAN pada tag {account.tag} bukan 8–19 angka.")
        if not 1 <= len(account.merchant_id) <= 15:
            yield QrisWarning("merchant_id", f"ID merchant pada tag {account.tag} bukan 1–15 karakter.")
        if account.criteria not in CRITERIA:
            yield QrisWarning("criteria", f"Kriteria merchant pada tag {account.tag} tidak dikenal.")


def _repository(payload: QrisPayload) -> Iterator[QrisWarning]:
    if payload.get(REPOSITORY) is None:
        if payload.get("01") == STATIC:
            yield QrisWarning("nmid_missing", "QRIS statis tanpa NMID (tag 51).")
        return
    parts = payload.template(REPOSITORY)
    if parts.get("00") != REPOSITORY_GUID:
        yield QrisWarning("nmid_guid", f"GUID pada tag 51 bukan {REPOSITORY_GUID}.")
    if not _NMID.fullmatch(parts.get("02", "")):
        yield QrisWarning("nmid_format", "NMID (tag 51) tidak berbentuk ID diikuti paling banyak 13 angka.")
    if parts.get("03", "URE") not in CRITERIA:
        yield QrisWarning("criteria", "Kriteria merchant pada tag 51 tidak dikenal.")


def _texts(payload: QrisPayload) -> Iterator[QrisWarning]:
    for tag, what, longest in (("59", "Nama merchant", 25), ("60", "Kota", 15), ("61", "Kode pos", 10)):
        size = len(payload.get(tag) or "")
        if size > longest:
            yield QrisWarning(f"long_{tag}", f"{what} {size} karakter, seharusnya paling banyak {longest}.")
    if payload.postal_code is None:
        yield QrisWarning("postal_missing", "Kode pos (tag 61) tidak ada.")
    if any(len(value) > 25 for value in payload.template("62").values()):
        yield QrisWarning("long_62", "Isi tag 62 ada yang lebih dari 25 karakter.")


def _characters(payload: QrisPayload) -> Iterator[QrisWarning]:
    if not str(payload).isascii():
        yield QrisWarning("not_ascii", "QRIS berisi huruf di luar ASCII.")
    texts = [payload.get(tag) or "" for tag in ("58", "59", "60", "61")]
    subs = [payload.template(tag).get(sub, "") for tag in DOMESTIC for sub in ("02", "03")]
    if any("|" in text for text in (*texts, *subs)):
        yield QrisWarning("bar", "Karakter | tidak boleh dipakai pada nama, kota, kode pos dan ID merchant.")


_RULES: tuple[Rule, ...] = (
    _header,
    _amounts,
    _tips,
    _templates,
    _merchant_accounts,
    _repository,
    _texts,
    _characters,
)
