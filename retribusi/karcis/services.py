"""Printed tickets: receive, spoil, and the sale that happened without network and is entered later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, transaction

from opd import access, audit
from opd.models import User
from opd.office.calendar import day_of
from payments.money import format_rupiah
from retribusi.counter.errors import CounterError
from retribusi.counter.models import Sale
from retribusi.counter.services import selling
from retribusi.counter.services.selling import Basket, Channel
from retribusi.karcis import queries, ranges
from retribusi.karcis.models import Batch, Use
from retribusi.karcis.ranges import Run
from retribusi.models import TariffItem, Ticket

LARGEST = 100_000
"""Sheets in one batch: more is most likely a slip of the finger."""
TAKEN = "KA001"
"""What the database says of numbers that are not free (migrations/0002_guards)."""


class KarcisError(CounterError):
    """The printed tickets cannot be what was told; the message is for the person at the screen."""


@dataclass(frozen=True)
class Torn:
    """Sheets that were torn off and sold, both ends counted."""

    batch_id: UUID
    first: int
    last: int


def receive(
    *, tariff: TariffItem, series: str, first: int, last: int, received_on: date, document: str,
    by: User, at: datetime,
) -> Batch:  # fmt: skip
    """Take printed tickets into stock. Raises KarcisError; PermissionDenied without ``counter.deposit``."""
    opd = tariff.point.opd
    access.require(by, "counter.deposit", opd=opd)
    series, document = series.strip().upper(), document.strip()
    if not series or not document:
        raise KarcisError("Tulis seri karcis dan nomor berita acara penerimaannya.")
    if not 1 <= first <= last:
        raise KarcisError("Nomor pertama paling kecil 1 dan tidak melebihi nomor terakhir.")
    if last - first + 1 > LARGEST:
        raise KarcisError(f"Satu penerimaan paling banyak {LARGEST:,} lembar.".replace(",", "."))
    if received_on > day_of(at):
        raise KarcisError("Tanggal diterima tidak boleh setelah hari ini.")
    if tariff.amount <= 0:
        raise KarcisError("Tarif nol rupiah tidak memakai karcis berharga.")
    batch = Batch(
        opd=opd, tariff=tariff, series=series, first=first, last=last, face=tariff.amount,
        received_on=received_on, document=document, made_at=at, made_by=by,
    )  # fmt: skip
    with transaction.atomic():
        _write(
            batch, lambda: f"Sebagian nomor seri {series} itu sudah pernah diterima. Belum ada yang dicatat."
        )
        after = {"series": series, "first": first, "last": last, "document": document}
        audit.record("karcis.receive", batch, by=by, at=at, after=after)
    return batch


def spoil(*, batch: Batch, first: int, last: int, reason: str, by: User, at: datetime) -> Use:
    """Numbers that were torn, misprinted or lost: no longer to be sold. Raises as ``receive``."""
    access.require(by, "counter.deposit", opd=batch.opd_id)
    if len(reason.strip()) < 5:
        raise KarcisError("Tulis mengapa karcis ini rusak atau batal, dan nomor berita acaranya.")
    with transaction.atomic():
        return _use(batch, (first, last), Use.Kind.SPOILED, reason=reason.strip()[:200], by=by, at=at)


def sell_late(
    *, torn: Sequence[Torn], happened_at: datetime, reason: str, form_key: str, hours_reason: str = "",
    by: User, at: datetime,
) -> Sale:  # fmt: skip
    """Enter cash taken with printed tickets while there was no network, in the officer's open shift.

    The sheets, the order, its journal and its tickets stand together or not at all; the tickets are used,
    since their holders are in. A second press with the same ``form_key`` gives the same sale. The time until
    the cash must be deposited runs from ``happened_at``. Raises KarcisError, CounterError, NoShift.
    """
    pieces = sorted((one for one in torn), key=lambda one: (str(one.batch_id), one.first))
    if not pieces:
        raise KarcisError("Tulis nomor karcis yang terjual. Belum ada yang dicatat.")
    with transaction.atomic():
        batches = _found({one.batch_id for one in pieces})
        basket = Basket(
            form_key=form_key, channel=Channel.CASH, full=_numbers(pieces, batches), cash_reason=reason,
            hours_reason=hours_reason, happened_at=happened_at,
        )  # fmt: skip
        sale = selling.sell(basket=basket, by=by, at=at)
        if sale.karcis.exists():
            return _same(sale, pieces)
        _must_fit(sale, batches)
        for one in pieces:
            _use(batches[one.batch_id], (one.first, one.last), Use.Kind.SOLD, sale=sale, by=by, at=at)
        Ticket.objects.filter(line__order=sale.order_id).update(state=Ticket.State.USED)
        return sale


def _found(ids: set[UUID]) -> dict[UUID, Batch]:
    """The batches; the database lets one after the other take numbers of each (karcis_use_free)."""
    found = {row.pk: row for row in Batch.objects.filter(pk__in=ids).select_related("tariff__point")}
    if len(found) != len(ids):
        raise KarcisError("Persediaan karcis ini tidak ditemukan. Muat ulang halaman.")
    return found


def _numbers(pieces: Sequence[Torn], batches: dict[UUID, Batch]) -> dict[int, int]:
    """How many admissions of each tariff the sheets are."""
    found: dict[int, int] = {}
    for one in pieces:
        if one.last < one.first:
            raise KarcisError("Nomor terakhir karcis tidak boleh mendahului nomor pertamanya.")
        tariff = batches[one.batch_id].tariff_id
        found[tariff] = found.get(tariff, 0) + one.last - one.first + 1
    return found


def _same(sale: Sale, pieces: Sequence[Torn]) -> Sale:
    known = {(use.batch_id, use.first, use.last) for use in sale.karcis.all()}
    if known != {(one.batch_id, one.first, one.last) for one in pieces}:
        raise KarcisError(
            f"Formulir ini sudah mencatat pesanan {sale.order.spoken} dengan karcis lain. Buka halaman baru."
        )
    return sale


def _must_fit(sale: Sale, batches: dict[UUID, Batch]) -> None:
    """The sheets belong to the shift's point, and show the price of that day."""
    amounts = dict(sale.order.lines.values_list("tariff_id", "unit_amount"))
    for batch in batches.values():
        if batch.tariff.point_id != sale.shift.point_id:
            raise KarcisError(f"Karcis {batch} bukan milik titik shift ini. Belum ada yang dicatat.")
        if amounts[batch.tariff_id] != batch.face:
            raise KarcisError(
                f"Karcis {batch} berharga {format_rupiah(batch.face)}, sedangkan tarif hari itu "
                f"{format_rupiah(amounts[batch.tariff_id], zero='Rp 0')}. Belum ada yang dicatat."
            )


def _use(batch: Batch, run: Run, kind: Use.Kind, *, by: User, at: datetime, **words: Any) -> Use:
    use = Use(batch=batch, first=run[0], last=run[1], kind=kind, at=at, by=by, **words)
    if run[1] < run[0]:
        raise KarcisError("Nomor terakhir karcis tidak boleh mendahului nomor pertamanya.")
    _write(use, lambda: _not_free(batch.pk, run))
    after = {"batch": str(batch.pk), "first": run[0], "last": run[1], "kind": str(kind)}
    audit.record("karcis.use", use, by=by, at=at, after=after, reason=use.reason)
    return use


def _not_free(batch_id: UUID, run: Run) -> str:
    batch = Batch.objects.get(pk=batch_id)
    left = queries.stock(batch).left_text or "tidak ada"
    return f"Karcis {batch.series} nomor {ranges.told([run])} tidak tersedia; yang tersisa: {left}."


def _write(row: Batch | Use, refused: Callable[[], str]) -> None:
    """Insert; numbers that the database finds taken are a KarcisError, which says ``refused``."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != TAKEN:
            raise
        raise KarcisError(refused()) from error
