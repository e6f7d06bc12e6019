"""Which evidence a spend needs, and what is still missing ("berkas kurang apa").

The list is a dated rule: each entry names for which type, channel and from which amount a kind is required.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from opd.office import attachments
from opd.office import rules as dated
from payments.spending.models import Spend

KINDS: dict[str, str] = {
    "receipt": "Kuitansi atau nota",
    "invoice": "Faktur atau tagihan",
    "handover": "Berita acara serah terima",
    "contract": "Surat pesanan atau kontrak",
    "attendance": "Daftar hadir",
    "invitation": "Undangan atau surat tugas",
    "travel_order": "Surat perjalanan dinas",
    "ticket": "Tiket atau bukti penginapan",
    "photo": "Foto",
    "payment": "Bukti bayar",
    "tax": "Bukti pajak",
    "other": "Lainnya",
}
"""What a piece of evidence may be."""


def required(spend: Spend) -> list[str]:
    """The kinds that must be there for this type, channel and amount on the day of the spend."""
    found: list[str] = []
    for entry in dated.value("spend.evidence", spend.spend_date):
        if _applies(entry, spend):
            found += [kind for kind in entry["kinds"] if kind not in found]
    return found


def _applies(entry: dict[str, Any], spend: Spend) -> bool:
    return (
        entry.get("type", spend.type) == spend.type
        and entry.get("channel", spend.channel) == spend.channel
        and spend.amount >= Decimal(entry.get("from", "0"))
    )


def missing(spend: Spend) -> dict[str, str]:
    """Code and label of each required kind that nothing proves yet."""
    lacking = attachments.missing(required(spend), spend)
    return {kind: KINDS.get(kind, kind) for kind in lacking}
