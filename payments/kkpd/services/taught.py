"""Bills in a bank's own writing: received, taught on the example, then read by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any
from uuid import UUID

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import Max

from opd import access, audit
from opd.models import User
from opd.office import evidence
from opd.office.byexample import ParseError, matching
from opd.office.calendar import day_of
from opd.office.tabular import Problems
from payments.kkpd import example, reading
from payments.kkpd.errors import KkpdError
from payments.kkpd.example import Guess, Layout, Reading
from payments.kkpd.example.layout import derived
from payments.kkpd.models import Bill, BillFile, BillProfile
from payments.kkpd.reading import BillRefused, BillSheet
from payments.kkpd.services import bills

NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True)
class Trial:
    """How a bill reads by a layout: the sheet, with all the file decided in ``layout``; or ``problem``."""

    layout: Layout
    sheet: BillSheet | None = None
    notes: list[str] = field(default_factory=list)
    problem: str = ""


def receive(*, opd_id: int, upload: File[bytes], by: User, at: datetime) -> Bill | BillFile:
    """Import a bill whose layout is known and which answers all of its questions; else keep it waiting.

    Raises BillRefused where it is no table, or where a bill of known layout may not come in.
    """
    access.require(by, "kkpd.bill", opd=opd_id)
    content = upload.file or upload
    upload.seek(0)
    if reading.is_ours(content):
        return bills.import_bill(opd_id=opd_id, upload=upload, by=by, at=at)
    try:
        example.guess(content)
    except ParseError as error:
        raise BillRefused([str(error)]) from error
    file = _kept(opd_id, upload, by=by, at=at)
    profile = known_profile(content)
    if profile is None:
        return file
    tried = try_layout(content, Layout.from_json(profile.layout))
    if tried.sheet is None:
        return file
    return _imported(file, tried.sheet, profile, NOTHING, by=by, at=at)


def _kept(opd_id: int, upload: File[bytes], *, by: User, at: datetime) -> BillFile:
    """The file as it waits. Raises BillRefused where it was imported, or waits at another agency."""
    kept = bills.keep_original(upload, by=by, at=at)
    known = BillFile.objects.filter(evidence=kept, dropped_at=None).select_related("bill").first()
    if known is None:
        try:
            with transaction.atomic():
                file = BillFile.objects.create(
                    opd_id=opd_id, name=bills.name_of(upload), evidence=kept, uploaded_at=at, uploaded_by=by
                )
                audit.record("kkpd_bill_file.receive", file, by=by, at=at, after={"name": file.name})
        except IntegrityError as error:
            raise BillRefused(["Berkas ini baru saja diunggah orang lain."]) from error
        return file
    if known.bill:
        day = day_of(known.bill.imported_at)
        raise BillRefused([f"Berkas ini sudah diimpor {day:%d/%m/%Y} sebagai tagihan {known.bill.number}."])
    if known.opd_id != opd_id:
        raise BillRefused(["Berkas ini sudah diunggah untuk OPD lain."])
    return known


def known_profile(content: IO[bytes]) -> BillProfile | None:
    """The layout that has a file's header: the newest version of each, the last taught first."""
    newest = BillProfile.objects.order_by("name", "-version").distinct("name")
    last_first = sorted(newest, key=lambda one: -one.pk)
    return matching(content, {row: Layout.from_json(row.layout) for row in last_first})


def guess(file: BillFile) -> tuple[Guess, BillProfile | None]:
    """What a waiting file seems to be, and the layout that knows its header. Raises ParseError."""
    with evidence.open_original(file.evidence) as content:
        return example.guess(content), known_profile(content)


def trial(file: BillFile, layout: Layout, given: Mapping[str, str] = NOTHING) -> Trial:
    """Read the whole file, keeping nothing; ``given`` answers what the layout asks."""
    with evidence.open_original(file.evidence) as content:
        return try_layout(content, layout, given)


def try_layout(content: IO[bytes], layout: Layout, given: Mapping[str, str] = NOTHING) -> Trial:
    found = Reading(content, layout, given)
    try:
        sheet = found.sheet()
    except ParseError as error:
        return Trial(layout, problem=str(error))
    problems = Problems()
    reading.check_each(problems, sheet.rows)
    if problems:
        return Trial(layout, problem=" ".join(problems.sentences()))
    return Trial(found.decided(), sheet, notes=derived(layout))


def teach(
    *, file_id: UUID, name: str, layout: Layout, given: Mapping[str, str], by: User, at: datetime
) -> Bill:
    """Import a waiting bill by a layout, kept under a name; as its next version where it is another one.

    Raises KkpdError where the bill does not prove itself by the layout, and BillRefused where it may not come
    in (an unknown card, a purchase billed before …); then nothing was changed.
    """
    file = waiting(file_id, by)
    name = " ".join(name.split())[:60]
    if len(name) < 3:
        raise KkpdError("Beri bentuk ini nama, misalnya “Bank Bengkulu, XLSX”.", "nama")
    tried = trial(file, layout, given)
    if tried.sheet is None:
        raise KkpdError(tried.problem)
    return _imported(file, tried.sheet, (name, tried.layout), given, by=by, at=at)


def _imported(
    file: BillFile,
    sheet: BillSheet,
    profile: BillProfile | tuple[str, Layout],
    given: Mapping[str, str],
    *,
    by: User,
    at: datetime,
) -> Bill:
    cards = bills.known_cards(file.opd_id, sheet, at)

    def linked(bill: Bill) -> None:
        known = profile if isinstance(profile, BillProfile) else _profile(file, *profile, by=by, at=at)
        rows = BillFile.objects.filter(pk=file.pk, bill=None, dropped_at=None)
        if not rows.update(bill=bill, profile=known, given=dict(given)):
            raise BillRefused(["Berkas ini baru saja diimpor atau dibatalkan. Tidak ada yang berubah."])

    return bills.book_sheet(file.opd_id, sheet, cards, file.evidence, by=by, at=at, also=linked)


def _profile(file: BillFile, name: str, layout: Layout, *, by: User, at: datetime) -> BillProfile:
    """The newest version of a name where it is this very layout, else the next one."""
    known = BillProfile.objects.filter(name=name)
    last = known.order_by("-version").first()
    if last and last.layout == layout.as_json():
        return last
    version = (known.aggregate(last=Max("version"))["last"] or 0) + 1
    kept = BillProfile.objects.create(
        name=name, version=version, layout=layout.as_json(), example=file, by=by, at=at
    )
    after: dict[str, Any] = {"name": str(kept), **kept.layout}
    audit.record("kkpd_bill_file.teach", kept, by=by, at=at, after=after)
    return kept


@transaction.atomic
def drop(*, file_id: UUID, reason: str, by: User, at: datetime) -> BillFile:
    """Give a waiting file up, with the reason; it stays as evidence. Raises KkpdError."""
    file = waiting(file_id, by)
    reason = " ".join(reason.split())
    if not 5 <= len(reason) <= 300:
        raise KkpdError("Tulis alasannya, 5 sampai 300 huruf.", "reason")
    rows = BillFile.objects.filter(pk=file.pk, bill=None, dropped_at=None)
    if not rows.update(dropped_at=at, dropped_by=by, reason=reason):
        raise KkpdError("Berkas ini baru saja diimpor atau dibatalkan. Tidak ada yang berubah.")
    file.refresh_from_db()
    audit.record("kkpd_bill_file.drop", file, by=by, at=at, reason=reason)
    return file


def waiting(file_id: UUID, by: User) -> BillFile:
    """A file that waits, for a person who may import it. Raises KkpdError."""
    file = BillFile.objects.select_related("evidence", "opd").filter(pk=file_id).first()
    if file is None:
        raise KkpdError("Berkas ini tidak ada.")
    access.require(by, "kkpd.bill", opd=file.opd_id)
    if not file.is_waiting:
        raise KkpdError("Berkas ini sudah diimpor atau dibatalkan.")
    return file
