"""Opening and closing virtual accounts: one, or ten thousand in a few statements."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from opd import audit
from opd.models import User
from opd.office import rules as dated
from opd.office.calendar import day_of
from payments.incoming.intents import RequestError
from payments.incoming.models import ReceivingAccount, VirtualAccount
from payments.incoming.va import numbers

_DRAWS = 5
_CHUNK = 2_000


@dataclass(frozen=True, kw_only=True)
class VaWanted:
    """One thing to open a number for; ``name`` is who owes it, in full: it is masked before it is kept."""

    kind: str
    key: str
    receiving_account: ReceivingAccount
    name: str
    expires_at: datetime


def open_va(
    *,
    kind: str,
    key: str,
    receiving_account: ReceivingAccount,
    name: str,
    expires_at: datetime,
    by: User | None,
    at: datetime,
) -> VirtualAccount:
    """The number under which (kind, key) can be paid until ``expires_at``; the standing one comes back.

    A later ``expires_at`` prolongs it; the number that is printed stays. The amount is asked of the payable
    each time (``registry``). Raises RequestError where the account has no prefix, is not in force, or
    another account's number of this thing stands.
    """
    wanted = VaWanted(
        kind=kind, key=key, receiving_account=receiving_account, name=name, expires_at=expires_at
    )
    return open_vas([wanted], by=by, at=at)[0]


@transaction.atomic
def open_vas(wanted: Sequence[VaWanted], *, by: User | None, at: datetime) -> list[VirtualAccount]:
    """``open_va`` for many, in the order given, all or none: few statements whatever their number.

    One audit row for each call names how many were opened; the rows themselves say the rest. Raises as
    ``open_va``, and ValueError where one thing is wanted twice.
    """
    things = [(each.kind, each.key) for each in wanted]
    if len(set(things)) != len(things):
        raise ValueError("satu tagihan diminta dua kali")
    _check(wanted, at)
    standing = _standing(things)
    missing = [each for each in wanted if (each.kind, each.key) not in standing]
    if missing:
        _insert(missing, at)
        standing |= _standing([(each.kind, each.key) for each in missing])
        _note_opening(missing, standing, by, at)
    _prolong(wanted, standing, by, at)
    return [standing[thing] for thing in things]


def close_va(kind: str, key: str, *, reason: str, by: User | None, at: datetime) -> VirtualAccount | None:
    """Nobody can pay under this number any more; None where none stands. Closing twice changes nothing.

    Money that the bank takes all the same is never lost: see ``va.answering``.
    """
    text = reason.strip()[:200]
    if not text:
        raise RequestError("Tulis alasan penutupan nomor VA.")
    with transaction.atomic():
        row = VirtualAccount.objects.standing().filter(payable_kind=kind, payable_key=key).first()
        if row is None or not _close(row, text, at):
            return None
        audit.record("va.close", row, by=by, at=at, reason=text)
    return row


def _close(row: VirtualAccount, reason: str, at: datetime) -> bool:
    rows = VirtualAccount.objects.standing().filter(pk=row.pk)
    row.closed_at, row.closed_reason = at, reason
    return bool(rows.update(closed_at=at, closed_reason=reason))


def _check(wanted: Iterable[VaWanted], at: datetime) -> None:
    accounts = {each.receiving_account.pk: each.receiving_account for each in wanted}
    for account in accounts.values():
        if not account.va_prefix:
            raise RequestError(
                f"Rekening penerimaan {account.name} belum punya awalan nomor VA. "
                "Daftarkan rekening dengan awalan dari bank, atau gunakan QRIS."
            )
    in_force = ReceivingAccount.objects.valid(on=day_of(at)).filter(pk__in=accounts)
    if len(accounts) != in_force.count():
        raise RequestError("Rekening penerimaan belum atau tidak lagi berlaku. Hubungi bendahara penerimaan.")
    if any(each.expires_at <= at for each in wanted):
        raise RequestError("Batas waktu nomor VA sudah lewat.")
    if not all(each.name.strip() for each in wanted):
        raise RequestError("Nomor VA memerlukan nama wajib bayar.")


def _standing(things: Collection[tuple[str, str]]) -> dict[tuple[str, str], VirtualAccount]:
    keys: dict[str, list[str]] = {}
    for kind, key in things:
        keys.setdefault(kind, []).append(key)
    found: dict[tuple[str, str], VirtualAccount] = {}
    for kind, some in keys.items():
        rows = VirtualAccount.objects.standing().filter(payable_kind=kind, payable_key__in=some)
        found |= {(row.payable_kind, row.payable_key): row for row in rows}
    return found


def _insert(missing: Sequence[VaWanted], at: datetime) -> None:
    """Numbers that are taken are drawn again; a thing that another opened meanwhile keeps the other's."""
    length = int(dated.value("va.number_length", day_of(at)))
    left = list(missing)
    for _ in range(_DRAWS):
        rows = [_row(each, length, at) for each in left]
        VirtualAccount.objects.bulk_create(rows, batch_size=_CHUNK, ignore_conflicts=True)
        have = _standing([(each.kind, each.key) for each in left])
        left = [each for each in left if (each.kind, each.key) not in have]
        if not left:
            return
    raise RequestError("Nomor VA pada awalan ini hampir habis. Minta awalan baru dari bank.")


def _row(each: VaWanted, length: int, at: datetime) -> VirtualAccount:
    account = each.receiving_account
    try:
        number = numbers.draw(account.va_prefix, length)
    except numbers.NumberError as error:
        raise RequestError(
            f"Awalan nomor VA {account.va_prefix} terlalu panjang untuk nomor {length} angka. "
            "Periksa awalan pada rekening penerimaan dan aturan panjang nomor VA."
        ) from error
    return VirtualAccount(
        partner_id=account.partner_id,
        number=number,
        payable_kind=each.kind,
        payable_key=each.key,
        receiving_account=account,
        name=numbers.mask_name(each.name),
        expires_at=each.expires_at,
        made_at=at,
    )


def _note_opening(
    missing: Sequence[VaWanted],
    standing: dict[tuple[str, str], VirtualAccount],
    by: User | None,
    at: datetime,
) -> None:
    first = standing[missing[0].kind, missing[0].key]
    after = {"count": len(missing), "kind": first.payable_kind, "first": first.payable_key}
    audit.record("va.open", first, by=by, at=at, after=after)


def _prolong(
    wanted: Sequence[VaWanted],
    standing: dict[tuple[str, str], VirtualAccount],
    by: User | None,
    at: datetime,
) -> None:
    later = {}
    for each in wanted:
        row = standing[each.kind, each.key]
        if row.receiving_account_id != each.receiving_account.pk:
            raise RequestError("Tagihan ini sudah punya nomor VA pada rekening lain. Tutup nomor itu dahulu.")
        if row.expires_at < each.expires_at:
            later[row.pk] = row
            row.expires_at = each.expires_at
    if not later:
        return
    rows = _still_shorter(later)
    VirtualAccount.objects.bulk_update(rows, ["expires_at"], batch_size=_CHUNK)
    if rows:
        after = {"count": len(rows), "expires_at": max(row.expires_at for row in rows).isoformat()}
        audit.record("va.prolong", rows[0], by=by, at=at, after=after)


def _still_shorter(later: dict[UUID, VirtualAccount]) -> list[VirtualAccount]:
    """Those of ``later``, locked, that nobody prolonged further meanwhile; a time only ever grows."""
    locked = VirtualAccount.objects.standing().filter(pk__in=later).order_by("pk").select_for_update()
    times = dict(locked.values_list("pk", "expires_at"))
    if len(times) != len(later):
        raise RequestError("Nomor VA baru saja ditutup. Muat ulang, lalu coba lagi.")
    for key, until in times.items():
        later[key].expires_at = max(later[key].expires_at, until)
    return [row for row in later.values() if row.expires_at > times[row.pk]]
