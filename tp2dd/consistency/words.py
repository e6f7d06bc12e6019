"""What a finding says in one sentence, for the person who must explain it. Pure."""

from __future__ import annotations

from decimal import Decimal

from payments.money import format_rupiah

_SENTENCES = {
    "missing": "Ada di {upper}, tetapi tidak diteruskan ke {lower}.",
    "orphan": "Ada di {lower}, tetapi tidak ada di {upper}.",
    "pagu": "Pagu di {lower} {gap} {side} pagu di {upper}.",
    "indicator": "Indikator ini hanya ada di {only}.",
    "target": "Target di {upper} {upper_value}, di {lower} {lower_value}.",
    "sum": "Pagu yang dinyatakan di {upper} berbeda {gap} dari jumlah di bawahnya.",
    "released": "SPD melebihi pagu DPA sebesar {gap}.",
    "cash_plan": "Anggaran kas setahun berbeda {gap} dari pagu DPA.",
    "ahead": "Realisasi melebihi anggaran kas sampai bulan ini sebesar {gap}.",
}


def sentence(
    check: str, *, upper: str, lower: str, upper_value: str, lower_value: str, gap: Decimal | None
) -> str:
    """``upper`` and ``lower`` are the documents' names; ``gap`` is lower less upper (rupiah)."""
    return _SENTENCES[check].format(
        upper=upper,
        lower=lower,
        upper_value=upper_value,
        lower_value=lower_value,
        only=upper if upper_value else lower,
        gap=format_rupiah(abs(gap or Decimal(0)), zero="Rp\u00a00"),
        side="di atas" if (gap or 0) > 0 else "di bawah",
    )
