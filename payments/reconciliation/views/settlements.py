"""Settlement by bank: lights and totals, the fee's claim list, and the calendar of credits due."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from config.replica import reads_replica
from opd.access import allowed, needs, scope
from opd.office.exports import csv_response
from payments.reconciliation.forms import SettlementSentence
from payments.reconciliation.queries import differences, settlements
from payments.reconciliation.queries.settlements import Asked

_PERIOD = timedelta(days=30)
_SHOWN = 200
_COLUMNS = (
    *("tanggal settlement", "bank", "batch", "titik", "opd", "transaksi", "bruto", "tarif mdr persen", "mdr"),
    *("mdr seharusnya", "selisih mdr", "neto", "jatuh tempo rkud", "masuk rkud", "keadaan"),
)


@needs("reconciliation.view")
@require_GET
@reads_replica
def settlement_list(request: HttpRequest) -> HttpResponseBase:
    reach = scope(request.user, "reconciliation.view")
    today = timezone.localdate()
    banks = differences.banks(reach)
    form = SettlementSentence(request.GET, banks=banks)
    last = form.day("sampai") or today
    first = min(form.day("sejak") or last - _PERIOD, last)
    asked = Asked(first, last, form.number("bank"), form.word("isi") == "klaim")
    if request.GET.get("unduh") == "csv":
        rows = (
            (
                row.settlement_date, row.bank, row.batch_no, row.point, row.opd, row.payments, row.gross,
                row.mdr_percent, row.mdr, row.expected_mdr, row.fee_difference, row.due, row.due_on,
                row.credited_on, row.state(today),
            )
            for row in settlements.batch_rows(reach, asked)
        )  # fmt: skip
        name = "klaim-mdr" if asked.claims else "settlement"
        return csv_response(f"{name}-{first}-{last}.csv", _COLUMNS, rows)
    shown = list(settlements.batch_rows(reach, asked, most=_SHOWN + 1))
    context = {
        "form": SettlementSentence(
            {"sejak": first, "sampai": last, "bank": form.word("bank"), "isi": form.word("isi")}, banks=banks
        ),
        "asked": asked,
        "may_claim": allowed(request.user, "ledger.view"),
        "banks": settlements.bank_rows(reach, asked, today=today),
        "rows": [(row, row.state(today)) for row in shown[:_SHOWN]],
        "more": len(shown) > _SHOWN,
    }
    return render(request, "reconciliation/settlement_list.html", context)
