"""What waits for whom on the home page."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest
from django.urls import reverse

from opd.access import actor, scope
from opd.navigation import TaskCard
from payments.money import format_rupiah
from payments.spending import queries
from payments.spending.models import Source, Spend, SpendState


def drafts(request: HttpRequest) -> TaskCard | None:
    mine = queries.waiting(scope(request.user, "spend.raise"), SpendState.DRAFT)
    return _card("Draf belanja Anda", "menunggu Anda ajukan", mine.filter(raised_by=actor(request)), "draft")


def to_approve(request: HttpRequest) -> TaskCard | None:
    rows = queries.waiting(scope(request.user, "spend.approve"), SpendState.SUBMITTED)
    return _card("Belanja menunggu persetujuan", "menunggu persetujuan Anda", rows, "submitted")


def to_test(request: HttpRequest) -> TaskCard | None:
    rows = queries.waiting(scope(request.user, "spend.pay"), SpendState.APPROVED)
    return _card(
        "Belanja menunggu diuji", "menunggu Anda uji", rows.filter(~Q(source=Source.KKPD)), "approved"
    )


def to_verify(request: HttpRequest) -> TaskCard | None:
    rows = queries.waiting(scope(request.user, "spend.verify"), SpendState.PAID)
    return _card("Belanja menunggu verifikasi", "menunggu verifikasi Anda", rows, "paid")


def to_deposit(request: HttpRequest) -> TaskCard | None:
    rows = queries.undeposited(scope(request.user, "spend.pay"))
    found = rows.order_by().aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    count = rows.count()
    if not count:
        return None
    text = f"{format_rupiah(found)} pajak yang dipungut menunggu Anda setor ke kas negara."
    return TaskCard("Pajak belum disetor", text, reverse("spending:tax_list"), count, "wait")


def _card(title: str, what: str, rows: QuerySet[Spend], state: str) -> TaskCard | None:
    count = rows.count()
    if not count:
        return None
    amount = rows.order_by().aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    url = f"{reverse('spending:spend_list')}?keadaan={state}"
    return TaskCard(title, f"{format_rupiah(amount)} {what}.", url, count, "wait")
