"""A rubric as a table that people keep in a spreadsheet: written for them, and read back with every fault at
its row and column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import IO, Any

from opd.office import tabular
from opd.office.tabular import Row, TabularError, text
from tp2dd.evaluation.rubric import EVIDENCE
from tp2dd.evaluation.scoring import KINDS

COLUMNS = (
    "aspek", "nama_aspek", "bobot_aspek", "kode", "indikator", "satuan", "cara_hitung", "ambang",
    "bobot_tp2dd", "bobot_opd", "sumber", "bukti", "tugas", "dasar", "dikonfirmasi",
)  # fmt: skip
WAYS = {"ya_tidak": "yes_no", "lurus": "linear", "jenjang": "steps"}
_SHOWN = {kind: word for word, kind in WAYS.items()}


def rows(content: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    """A stored rubric as lines under COLUMNS."""
    aspects = {one["code"]: one for one in content["aspects"]}
    for one in content["indicators"]:
        aspect = aspects[one["aspect"]]
        yield (
            aspect["code"], aspect["label"], _shown(aspect["weight"]), one["code"], one["label"], one["unit"],
            _SHOWN[one["rule"]["kind"]], _thresholds(one["rule"]),
            *(_shown(one["weights"].get(kind, "")) for kind in KINDS), one["source"],
            ", ".join(one["evidence"]), one.get("task", ""), one["legal_basis"],
            "ya" if one["confirmed"] else "tidak",
        )  # fmt: skip


def _shown(number: str) -> str:
    return number.replace(".", ",")


def _thresholds(rule: Mapping[str, Any]) -> str:
    match rule["kind"]:
        case "linear":
            return f"{_shown(rule['zero'])} sampai {_shown(rule['full'])}"
        case "steps":
            return "; ".join(f"{_shown(at)} = {_shown(points)}" for at, points in rule["steps"])
    return ""


def read(file: IO[bytes], name: str) -> dict[str, Any]:
    """The data of a rubric. Raises TabularError with row and column; sums are judged by ``rubric.read``."""
    table = tabular.read(file, name=name, columns=COLUMNS, most_rows=200)
    if not table.rows:
        raise TabularError(table.header_line, "kode", "berkas ini tidak berisi indikator.")
    aspects: dict[str, dict[str, str]] = {}
    indicators = []
    for row in table.rows:
        aspect = {
            "code": text(row, "aspek"), "label": text(row, "nama_aspek"),
            "weight": _number(row, "bobot_aspek"),
        }  # fmt: skip
        if aspects.setdefault(aspect["code"], aspect) != aspect:
            raise row.fault("bobot_aspek", f"aspek {aspect['code']} ditulis lain di baris sebelumnya.")
        indicators.append(_indicator(row))
    return {"aspects": list(aspects.values()), "indicators": indicators}


def _indicator(row: Row) -> dict[str, Any]:
    way = text(row, "cara_hitung")
    if way not in WAYS:
        raise row.fault("cara_hitung", f"“{way}” tidak dikenal; pilih {', '.join(WAYS)}.")
    evidence = [word.strip() for word in text(row, "bukti", needed=False).split(",") if word.strip()]
    if unknown := [word for word in evidence if word not in EVIDENCE]:
        raise row.fault("bukti", f"“{unknown[0]}” tidak dikenal; pilih {', '.join(EVIDENCE)}.")
    confirmed = text(row, "dikonfirmasi")
    if confirmed not in {"ya", "tidak"}:
        raise row.fault("dikonfirmasi", "tulis ya atau tidak.")
    weights = {
        kind: _number(row, f"bobot_{kind}") for kind in KINDS if text(row, f"bobot_{kind}", needed=False)
    }
    return {
        "code": text(row, "kode")[:20], "aspect": text(row, "aspek"), "label": text(row, "indikator")[:200],
        "unit": text(row, "satuan", needed=False)[:30], "rule": _rule(row, WAYS[way]), "weights": weights,
        "source": text(row, "sumber", needed=False), "evidence": evidence,
        "task": text(row, "tugas", needed=False)[:1], "legal_basis": text(row, "dasar")[:300],
        "confirmed": confirmed == "ya",
    }  # fmt: skip


def _rule(row: Row, kind: str) -> dict[str, Any]:
    told = text(row, "ambang", needed=kind != "yes_no")
    match kind:
        case "linear":
            zero, word, full = told.partition("sampai")
            if not word:
                raise row.fault("ambang", "tulis seperti “0 sampai 100”.")
            return {"kind": kind, "zero": _plain(row, "ambang", zero), "full": _plain(row, "ambang", full)}
        case "steps":
            pairs = [part.partition("=") for part in told.split(";") if part.strip()]
            if not all(sign for _, sign, _ in pairs):
                raise row.fault("ambang", "tulis seperti “1 = 40; 2 = 70; 4 = 100”.")
            steps = [[_plain(row, "ambang", at), _plain(row, "ambang", points)] for at, _, points in pairs]
            return {"kind": kind, "steps": steps}
    return {"kind": kind}


def _number(row: Row, column: str) -> str:
    return _plain(row, column, text(row, column))


def _plain(row: Row, column: str, told: str) -> str:
    """A number as it is stored. Raises TabularError."""
    try:
        value = Decimal(told.strip().replace(",", "."))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise row.fault(column, f"“{told.strip()[:40]}” bukan angka.")
    return f"{value:f}"
