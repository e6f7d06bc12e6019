"""Where a purchase and a bill stand, in words, and what waits for whom."""

from __future__ import annotations

from dataclasses import dataclass

from opd.access import allowed
from opd.models import User
from opd.office import documents
from payments.kkpd.models import Bill, DprLine, LineState
from payments.spending.models import ClaimState, SpendState


@dataclass(frozen=True)
class Status:
    tone: str
    label: str


def of_line(row: DprLine) -> Status:
    """A reported purchase's way from report to paid bill."""
    state = row.spend.state
    if row.withdrawn_at or state == SpendState.CANCELLED:
        return Status("quiet", "Ditarik")
    if state == SpendState.REJECTED:
        return Status("quiet", "Ditolak, dibayar pemegang") if row.freed_at else Status("bad", "Ditolak")
    if row.freed_at:
        return Status("ok", "Lunas")
    if state == SpendState.PASSED:
        return Status("wait", "SP2D terbit")
    if state in (SpendState.PAID, SpendState.VERIFIED):
        return Status("wait", "Masuk DPT")
    if hasattr(row, "bill_line"):
        return Status("wait", "Lolos uji" if row.bill_line.state == LineState.APPROVED else "Menunggu uji")
    if row.dpr is None:
        return Status("wait", "Belum masuk DPR")
    return Status("wait", "Belum ditagih" if row.dpr.signed_at else "Menunggu PPTK")


@dataclass(frozen=True)
class Next:
    """A bill's next step: ``deed`` names it for the page, "" where this person has nothing to do."""

    deed: str
    waits: str


def of_bill(bill: Bill) -> Status:
    if bill.settled_at:
        unpaid = bill.lines.filter(state=LineState.REJECTED, holder_paid_at=None).exists()
        return Status("wait", "Lunas dari APBD") if unpaid else Status("ok", "Lunas")
    return Status("wait", "Berjalan")


_WAITS = {
    "test": "Menunggu PA atau KPA menguji baris tagihan.",
    "dpt": "Menunggu PA atau KPA menerbitkan DPT untuk yang lolos uji.",
    "letter": "Menunggu PA atau KPA menerbitkan surat penolakan.",
    "npd": "Menunggu PA atau KPA membuat NPD KKPD.",
    "verify": "Menunggu PPK-OPD memverifikasi LPJ.",
    "claim": "Menunggu bendahara pengeluaran mengajukan SPP-GU KKPD.",
    "track": "SPP-GU KKPD sedang berjalan sampai SP2D.",
    "settle": "Menunggu bendahara pengeluaran melunasi tagihan ke bank penerbit.",
    "holder": "Menunggu pemegang kartu membayar bagian yang ditolak.",
    "": "Selesai: tagihan lunas dan limit kembali.",
}
_HELD_BY = {
    "test": "kkpd.test", "dpt": "kkpd.test", "letter": "kkpd.test", "npd": "kkpd.test",
    "verify": "spend.verify", "claim": "claim.raise", "track": "claim.view",
    "settle": "kkpd.settle", "holder": "kkpd.bill",
}  # fmt: skip


def next_of_bill(bill: Bill, user: User) -> Next:
    """The one step that a bill waits for, and whether it is this person's."""
    step = _step(bill)
    mine = step and allowed(user, _HELD_BY[step], opd=bill.opd_id)
    return Next(step if mine else "", _WAITS[step])


def _step(bill: Bill) -> str:
    lines = list(bill.lines.values_list("state", "dpt", "holder_paid_at"))
    if any(state == LineState.OPEN for state, _, _ in lines):
        return "test"
    if any(state == LineState.APPROVED and dpt is None for state, dpt, _ in lines):
        return "dpt"
    rejected = [paid for state, _, paid in lines if state == LineState.REJECTED]
    if rejected and documents.current("tolak_kkpd", bill) is None:
        return "letter"
    if all(dpt is None for _, dpt, _ in lines) or bill.settled_at:
        return "holder" if any(paid is None for paid in rejected) else ""
    return _after_dpt(bill)


def _after_dpt(bill: Bill) -> str:
    if documents.current("npd_kkpd", bill) is None:
        return "npd"
    if documents.current("lpj_kkpd", bill) is None:
        return "verify"
    if bill.claim is None or bill.claim.state == ClaimState.REJECTED:
        return "claim"
    return "settle" if bill.claim.state == ClaimState.PAID else "track"
