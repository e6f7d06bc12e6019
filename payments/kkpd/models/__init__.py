"""Cards, what holders report (DPR), what the issuer bills, and what passed the test (DPT)."""

from payments.kkpd.models.bills import Bill, BillLine, Dpt, LineState
from payments.kkpd.models.cards import Card, CardKind
from payments.kkpd.models.files import BillFile, BillProfile
from payments.kkpd.models.reports import Dpr, DprLine, Via

__all__ = [
    "Bill", "BillFile", "BillLine", "BillProfile", "Card", "CardKind", "Dpr", "DprLine", "Dpt", "LineState",
    "Via",
]  # fmt: skip
