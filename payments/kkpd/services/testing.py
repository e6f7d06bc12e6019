"""PA or KPA tests each billed line against its evidence: what fails is rejected with a reason.

Source: Permendagri 79/2022 Pasal 5 (PA) and Pasal 6 (KPA).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from opd import audit
from opd.models import User
from opd.office import attachments
from payments.kkpd import rules
from payments.kkpd.errors import KkpdError
from payments.kkpd.models import BillLine, DprLine, LineState
from payments.kkpd.services.bills import locked_line, open_line
from payments.money import format_rupiah
from payments.spending import services as spending
from payments.spending.models import SpendState

_STAYS = "Baris ini belum diuji."


@transaction.atomic
def approve_line(*, bill_line_id: int, checks: Mapping[str, bool], by: User, at: datetime) -> BillLine:
    """Every test of the list passed: the line may go into a DPT, its spend is approved.

    Raises KkpdError where a test failed, or the report is missing, unsigned, without evidence or of another
    amount; SpendError where the person raised it himself.
    """
    line = open_line(bill_line_id, by, "kkpd.test")
    result = {name: bool(checks.get(name, False)) for name in rules.CHECKS}
    if open_tests := rules.failed(result):
        words = ", ".join(rules.CHECKS[name].lower() for name in open_tests)
        raise KkpdError(f"Belum lolos: {words}. {_STAYS} Centang semua ujinya, atau tolak dengan alasan.")
    report = _report_of(line)
    if report.spend.state == SpendState.SUBMITTED:
        spending.approve(spend_id=report.spend_id, by=by, at=at)
    return _decide(line, LineState.APPROVED, by=by, at=at, checks=result)


def _report_of(line: BillLine) -> DprLine:
    report = line.report
    if report is None:
        raise KkpdError(
            f"Baris ini belum punya laporan (DPR). {_STAYS} Minta pemegang melaporkan, atau tolak."
        )
    if report.dpr is None or report.dpr.signed_at is None:
        raise KkpdError(f"DPR belanja ini belum ditandatangani PPTK. {_STAYS}")
    if not attachments.of(report).exists():
        raise KkpdError(f"Belanja ini belum punya foto bukti. {_STAYS}")
    if report.spend.amount != line.amount:
        raise KkpdError(
            f"Tagihan {format_rupiah(line.amount)}, laporan {format_rupiah(report.spend.amount)}. {_STAYS} "
            "Jumlah yang "
            "berbeda ditolak; pemegang melapor lagi dengan jumlah yang benar."
        )
    if report.spend.state not in (SpendState.SUBMITTED, SpendState.APPROVED):
        raise KkpdError(
            f"Belanja ini {report.spend.get_state_display().lower()}, jadi hanya dapat ditolak. {_STAYS}"
        )
    return report


@transaction.atomic
def reject_line(
    *, bill_line_id: int, checks: Mapping[str, bool], reason: str, by: User, at: datetime
) -> BillLine:
    """What did not pass is never charged to APBD: its budget is released, its holder pays the issuer himself.

    An approved line may still be rejected while no DPT lists it. Raises KkpdError.
    """
    line = locked_line(bill_line_id, by, "kkpd.test")
    if line.state == LineState.REJECTED or line.dpt_id:
        raise KkpdError("Baris ini sudah ditolak atau sudah masuk DPT. Tidak ada yang berubah.")
    words = " ".join(reason.split())[:300]
    if len(words) < 5:
        raise KkpdError(f"Tulis alasan penolakan, paling sedikit lima huruf. {_STAYS}", "reason")
    report = line.report
    if report and report.spend.state in (SpendState.SUBMITTED, SpendState.APPROVED):
        spending.reject(spend_id=report.spend_id, reason=words, by=by, at=at)
    result = {name: bool(checks.get(name, False)) for name in rules.CHECKS}
    return _decide(line, LineState.REJECTED, by=by, at=at, checks=result, reason=words)


def _decide(
    line: BillLine, state: LineState, *, by: User, at: datetime, reason: str = "", **also: Any
) -> BillLine:
    before = {"state": line.state}
    rows = BillLine.objects.filter(pk=line.pk, state=line.state, dpt=None)
    if not rows.update(state=state, tested_by=by, tested_at=at, reason=reason, **also):
        raise KkpdError("Baris ini baru saja diputuskan orang lain. Tidak ada yang berubah.")
    line.refresh_from_db()
    words: dict[str, Any] = {"before": before, "after": {"state": str(state)}, "reason": reason}
    if state == LineState.APPROVED:
        audit.record("kkpd_bill.approve", line, by=by, at=at, **words)
    else:
        audit.record("kkpd_bill.reject", line, by=by, at=at, **words)
    return line
