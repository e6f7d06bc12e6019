"""A rubric from its data, as it is stored: every fault names its place. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from tp2dd.evaluation.scoring import (
    KINDS,
    WHOLE,
    Aspect,
    Indicator,
    Linear,
    Rubric,
    RubricError,
    Rule,
    YesNo,
    check,
    check_steps,
)

EVIDENCE = {
    "decree": "Surat keputusan atau peraturan",
    "letter": "Surat",
    "report": "Laporan atau rekap",
    "photo": "Foto kegiatan",
    "screen": "Tangkapan layar",
}
"""Kinds of evidence; photos and screens must be pictures."""
PICTURES = frozenset({"photo", "screen"})
_CODE = re.compile(r"[A-Za-z0-9_]{1,20}")
TASKS = {
    "a": "Peta jalan dan rencana aksi",
    "b": "Sosialisasi dan edukasi",
    "c": "Pelaksanaan",
    "d": "Pemantauan",
    "e": "Evaluasi",
    "f": "Pelaporan kepada Satgas",
}
"""Permendagri 56/2021 Pasal 5."""


def read(content: Mapping[str, Any], sources: Mapping[str, str]) -> Rubric:
    """A rubric from its data; ``sources`` are the known automatic ones by code. Raises RubricError."""
    aspects = [
        Aspect(row["code"], row["label"], number(row["weight"], f"bobot aspek {row['label']}"))
        for row in content["aspects"]
    ]
    indicators = [_indicator(row, {one.code for one in aspects}, sources) for row in content["indicators"]]
    _once([one.code for one in aspects], "Aspek")
    _once([one.code for one in indicators], "Indikator")
    return check(aspects, indicators)


def _once(codes: Sequence[str], what: str) -> None:
    doubled = next((code for place, code in enumerate(codes) if code in codes[:place]), "")
    if doubled:
        raise RubricError(f"{what} {doubled} muncul lebih dari sekali.")


def _indicator(row: Mapping[str, Any], aspects: set[str], sources: Mapping[str, str]) -> Indicator:
    code = row["code"]
    place = f"Indikator {code}"
    if not _CODE.fullmatch(code):
        raise RubricError(f"{place}: kode hanya huruf, angka, dan garis bawah, paling banyak 20.")
    if row["aspect"] not in aspects:
        raise RubricError(f"{place}: aspek {row['aspect']} tidak ada di rubrik.")
    if row["source"] and row["source"] not in sources:
        raise RubricError(f"{place}: sumber otomatis {row['source']} tidak dikenal.")
    unknown = [kind for kind in row["evidence"] if kind not in EVIDENCE]
    if unknown:
        raise RubricError(f"{place}: jenis bukti {unknown[0]} tidak dikenal; pilih {', '.join(EVIDENCE)}.")
    weights = {
        kind: number(row["weights"][kind], f"bobot {KINDS[kind]} indikator {code}", f"bobot_{code}_{kind}")
        for kind in KINDS
        if kind in row["weights"]
    }
    return Indicator(
        code, row["aspect"], row["label"], row["unit"], _rule(row["rule"], place), weights, row["source"],
        tuple(row["evidence"]), row.get("task", ""), row["legal_basis"], bool(row["confirmed"]),
    )  # fmt: skip


def _rule(row: Mapping[str, Any], place: str) -> Rule:
    match row["kind"]:
        case "yes_no":
            return YesNo()
        case "linear":
            zero, full = (_any(row[name], f"{place}: {name}") for name in ("zero", "full"))
            if zero == full:
                raise RubricError(f"{place}: nilai nol dan nilai penuh tidak boleh sama.")
            return Linear(zero, full)
        case "steps":
            steps = [
                (_any(at, f"{place}: jenjang"), number(points, f"poin jenjang indikator {place}"))
                for at, points in row["steps"]
            ]
            return check_steps(steps, place)
    raise RubricError(f"{place}: cara hitung {row['kind']} tidak dikenal.")


def _any(value: Any, place: str) -> Decimal:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise RubricError(f"{place}: tulis dengan angka.")
    return found


def number(value: Any, place: str, field: str = "") -> Decimal:
    """Between 0 and 100. Raises RubricError."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise RubricError(f"Tulis {place} dengan angka.", field) from None
    if not found.is_finite() or not 0 <= found <= WHOLE:
        raise RubricError(f"{place[:1].upper()}{place[1:]} harus antara 0 dan 100.", field)
    return found
