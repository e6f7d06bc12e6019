"""Purses: the decree that splits UP, and what raises, lowers and restores a purse."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F

from opd import access, audit
from opd.models import User
from opd.office import rules
from opd.planning.counters import check_spent, known_movement, lock_purse, move_purse
from opd.planning.errors import BudgetError, Missing, OverGrant, OverPurse
from opd.planning.models import Purse, PurseKind, PurseMovement, UpGrant
from payments.money import format_rupiah, rupiah


def set_up_grant(
    *,
    opd_id: int,
    year: int,
    total: Decimal,
    valid_from: date,
    decree_number: str,
    decree_date: date,
    by: User | None,
    at: datetime,
    kkpd_percent: int | None = None,
) -> UpGrant:
    """Record the decree that gives an agency its UP (rupiah, > 0), split into cash and KKPD.

    ``kkpd_percent`` defaults to the dated rule ``up.kkpd_percent`` (Permendagri 79/2022). It moves no money:
    ``grow_purse`` does, up to the share. Raises BudgetError; PermissionDenied without ``planning.import``.
    """
    if by is not None:
        access.require(by, "planning.import", opd=opd_id)
    amount, percent = rupiah(total), _percent(kkpd_percent, valid_from)
    if amount <= 0 or not 0 <= percent <= 100 or valid_from.year != year:
        raise BudgetError(
            "Besaran UP harus lebih dari nol, bagian KKPD 0 sampai 100 persen, dan mulai berlaku pada tahun "
            f"{year}. Penetapan tidak disimpan."
        )
    try:
        with transaction.atomic():
            grant = UpGrant.objects.create(
                opd_id=opd_id, year=year, total=amount, kkpd_percent=percent, valid_from=valid_from,
                decree_number=decree_number[:120], decree_date=decree_date, by=by, at=at,
            )  # fmt: skip
            after = {"total": f"{amount:.2f}", "kkpd_percent": percent, "decree": grant.decree_number}
            audit.record("up.grant", grant, by=by, at=at, after=after)
    except IntegrityError as error:
        raise BudgetError(
            f"Penetapan UP yang berlaku sejak {valid_from:%d/%m/%Y} sudah ada. Tidak ada yang berubah."
        ) from error
    return grant


def _percent(given: int | None, on: date) -> int:
    return int(rules.value("up.kkpd_percent", on)) if given is None else given


def grow_purse(
    *,
    opd_id: int,
    year: int,
    kind: PurseKind,
    amount: Decimal,
    key: str,
    reason: str,
    by: User | None,
    at: datetime,
) -> Purse:
    """Raise a purse's limit (SP2D-UP, SP2D-TU, limit of the card) by ``amount`` (rupiah, > 0), once by key.

    UP never grows past its share of the decree in force. The caller's room has checked the person's right.
    Raises OverGrant, Missing (no decree), KeyReused.
    """
    more = _positive(amount)
    return _change_limit(opd_id, year, kind, more, key, reason, "purse.grow", by=by, at=at)


def shrink_purse(
    *,
    opd_id: int,
    year: int,
    kind: PurseKind,
    amount: Decimal,
    key: str,
    reason: str,
    by: User | None,
    at: datetime,
) -> Purse:
    """Lower a purse's limit (setoran sisa UP or TU, year end) by ``amount``, once by key.

    Never below what is used. Raises OverPurse, KeyReused.
    """
    less = _positive(amount)
    return _change_limit(opd_id, year, kind, -less, key, reason, "purse.shrink", by=by, at=at)


def take_purse(
    *,
    opd_id: int,
    year: int,
    kind: PurseKind,
    amount: Decimal,
    key: str,
    reason: str,
    by: User | None,
    at: datetime,
) -> Purse:
    """Take money out of a purse that is no spending yet (an advance on an e-money card), once by key.

    What is spent from the advance holds no purse again; a GU or the returned rest restores it. Raises
    OverPurse, KeyReused.
    """
    taken = _positive(amount)
    return _change_used(opd_id, year, kind, taken, key, reason, "purse.take", by=by, at=at)


def restore_purse(
    *,
    opd_id: int,
    year: int,
    kind: PurseKind,
    amount: Decimal,
    key: str,
    reason: str,
    by: User | None,
    at: datetime,
) -> Purse:
    """Fill a purse again (SP2D-GU, GU KKPD): what is used falls by ``amount``, once by key.

    Never more than was spent: active holds stay promised. Raises OverPurse, KeyReused.
    """
    back = _positive(amount)
    return _change_used(opd_id, year, kind, -back, key, reason, "purse.restore", by=by, at=at)


def grant_on(opd_id: int, year: int, on: date) -> UpGrant | None:
    """The decree on UP in force on a day: the latest start wins."""
    rows = UpGrant.objects.filter(opd_id=opd_id, year=year, valid_from__lte=on)
    return rows.order_by("-valid_from").first()


def _own_purse(opd_id: int, year: int, kind: PurseKind) -> Purse:
    Purse.objects.get_or_create(opd_id=opd_id, year=year, kind=kind)
    purse = lock_purse(opd_id, year, kind)
    assert purse is not None
    return purse


def _check_grant(purse: Purse, more: Decimal) -> None:
    if purse.kind == PurseKind.TU:
        return
    grant = UpGrant.objects.filter(opd=purse.opd_id, year=purse.year).order_by("-valid_from").first()
    if grant is None:
        raise Missing(
            f"Belum ada SK besaran UP tahun {purse.year} untuk OPD ini. Tidak ada yang berubah; catat SK-nya "
            "dahulu."
        )
    share = grant.cash if purse.kind == PurseKind.UP_CASH else grant.kkpd
    if purse.limit + more > share:
        raise OverGrant(
            f"Bagian {purse.get_kind_display()} menurut {grant.decree_number} adalah {format_rupiah(share)} "
            f"dan sudah diterima {format_rupiah(purse.limit)}; {format_rupiah(more)} melebihinya. "
            "Tidak ada yang berubah."
        )


def _change_limit(
    opd_id: int, year: int, kind: PurseKind, change: Decimal, key: str, reason: str, action: str,
    *, by: User | None, at: datetime,
) -> Purse:  # fmt: skip
    with transaction.atomic():
        purse = _own_purse(opd_id, year, kind)
        if known_movement(purse, key=key, of=PurseMovement.Of.LIMIT, amount=change):
            return purse
        if change > 0:
            _check_grant(purse, change)
        rows = Purse.objects.filter(pk=purse.pk, limit__gte=F("used") - change)
        if not rows.update(limit=F("limit") + change):
            raise OverPurse(
                f"{purse.get_kind_display()} yang bebas tinggal {format_rupiah(purse.free)}, jadi batasnya "
                f"tidak dapat turun {format_rupiah(-change)}. Tidak ada yang berubah."
            )
        PurseMovement.objects.create(
            purse=purse, key=key, of=PurseMovement.Of.LIMIT, amount=change, reason=reason[:300], at=at, by=by
        )
        return _audited(purse, change, key, reason, action, by=by, at=at)


def _change_used(
    opd_id: int, year: int, kind: PurseKind, change: Decimal, key: str, reason: str, action: str,
    *, by: User | None, at: datetime,
) -> Purse:  # fmt: skip
    with transaction.atomic():
        purse = _own_purse(opd_id, year, kind)
        if known_movement(purse, key=key, of=PurseMovement.Of.USED, amount=change):
            return purse
        if change < 0:
            check_spent(purse, -change)
        move_purse(purse, used=change, key=key, reason=reason, by=by, at=at)
        return _audited(purse, abs(change), key, reason[:300], action, by=by, at=at)


def _audited(
    purse: Purse, amount: Decimal, key: str, reason: str, action: str, *, by: User | None, at: datetime
) -> Purse:
    audit.record(action, purse, by=by, at=at, after={"amount": f"{amount:.2f}", "key": key}, reason=reason)
    purse.refresh_from_db()
    return purse


def _positive(amount: Decimal) -> Decimal:
    exact = rupiah(amount)
    if exact <= 0:
        raise BudgetError("Jumlah harus lebih dari nol. Tidak ada yang berubah.")
    return exact
