"""The issuer's history of a card: looked at first, then saved whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from mimetypes import guess_type
from typing import IO

from django.core.files.base import File
from django.db import IntegrityError, transaction

from opd import access, audit
from opd.models import User
from opd.office import evidence
from opd.office.tabular import TabularError
from payments.emoney import chain, reading
from payments.emoney.errors import BadFile, EmoneyError, Missing, Reused
from payments.emoney.models import Card, HistoryFile, HistoryState, Movement, MovementKind
from payments.emoney.reading import History, Line
from payments.emoney.services.cards import locked
from payments.emoney.services.matching import match_returns, match_top_ups


@dataclass(frozen=True)
class Fit:
    """How a file joins the history that we have: its new lines, oldest first, and how many we know."""

    before: list[Line]
    after: list[Line]
    known: int

    @property
    def new(self) -> list[Line]:
        return [*self.before, *self.after]


def upload_history(*, upload: File[bytes], name: str, by: User, at: datetime) -> HistoryFile:
    """Read a card's history and keep it as a draft to look at. Nothing is imported yet.

    Raises BadFile (row and column of each fault), Missing for a card that is not in the register of the
    person's agencies, Reused for bytes that were saved before.
    """
    history = _read(upload, name)
    card = _card(history, by)
    _fit(card, history)
    kind = guess_type(name)[0] or "application/octet-stream"
    kept, _ = evidence.store(upload, name=name, media_type=kind, by=by, at=at)
    saved = HistoryFile.objects.filter(evidence=kept, state=HistoryState.SAVED).first()
    if saved:
        raise Reused(
            f"Berkas dengan isi yang sama sudah disimpan pada {saved.uploaded_at:%d/%m/%Y}. Tidak ada yang "
            "dihitung dua kali."
        )
    draft = HistoryFile.objects.filter(evidence=kept, state=HistoryState.DRAFT).first()
    return draft or HistoryFile.objects.create(
        opd_id=card.opd_id, card=card, evidence=kept, name=name[:200], rows=len(history.lines),
        first_at=history.lines[0].at, last_at=history.lines[-1].at, closing_balance=history.closing,
        uploaded_at=at, uploaded_by=by,
    )  # fmt: skip


def fits(file: HistoryFile) -> Fit:
    """What saving this draft would add. Raises BadFile where it fits no more."""
    return _fit(file.card, read_again(file))


def read_again(file: HistoryFile) -> History:
    with evidence.open_original(file.evidence) as original:
        return _read(original, file.name)


def save_history(*, file_id: int, by: User, at: datetime) -> HistoryFile:
    """Import a draft: all its new lines or none; top-ups and returns find their lines.

    A second call gives the saved file. Raises BadFile where another file was saved meanwhile and this one
    fits no more, EmoneyError where it was dropped.
    """
    file = owned_file(file_id, by)
    history = read_again(file)
    try:
        with transaction.atomic():
            card = locked(file.card_id)
            fit = _fit(card, history)
            if not _close(file, HistoryState.SAVED, by=by, at=at, new_rows=len(fit.new)):
                return _already_saved(file)
            _write(file, card, fit)
            matched = match_top_ups(card) + match_returns(card)
            after = {"rows": len(history.lines), "new": len(fit.new), "matched": matched}
            audit.record("emoney_history.save", file, by=by, at=at, after=after)
    except IntegrityError as error:
        raise Reused(
            "Berkas dengan isi yang sama sudah disimpan. Tidak ada yang dihitung dua kali."
        ) from error
    return file


def drop_history(*, file_id: int, by: User, at: datetime) -> HistoryFile:
    """Put a draft away unread by the books; its original stays."""
    file = owned_file(file_id, by)
    with transaction.atomic():
        if _close(file, HistoryState.DROPPED, by=by, at=at):
            audit.record("emoney_history.drop", file, by=by, at=at)
    return file


def owned_file(file_id: int, by: User) -> HistoryFile:
    file = HistoryFile.objects.select_related("card", "evidence").filter(pk=file_id).first()
    if file is None:
        raise Missing("Berkas ini tidak ada.")
    access.require(by, "emoney.manage", opd=file.opd_id)
    return file


def _read(content: IO[bytes], name: str) -> History:
    return reading.read(content, name=name)


def _card(history: History, by: User) -> Card:
    first6, last4 = history.digits
    reach = access.require(by, "emoney.manage")
    card = reach.filter(Card.objects.filter(first6=first6, last4=last4)).first()
    if card is None:
        raise Missing(
            f"Baris {history.lines[0].line_no}, kolom “nomor_kartu”: kartu {first6} … {last4} tidak ada "
            "dalam "
            "daftar kartu OPD Anda. Tidak ada yang disimpan; daftarkan kartunya dahulu."
        )
    return card


def _fit(card: Card, history: History) -> Fit:
    ours = [line_of(row) for row in Movement.objects.filter(card=card).order_by("position")]
    try:
        before, after = chain.align(ours, history.lines)
    except TabularError as error:
        raise BadFile([str(error)]) from error
    return Fit(before, after, len(history.lines) - len(before) - len(after))


def line_of(row: Movement) -> Line:
    return Line(
        row.line_no, row.at, MovementKind(row.kind), row.merchant, row.terminal, row.amount, row.balance,
        row.reference_no,
    )  # fmt: skip


def _write(file: HistoryFile, card: Card, fit: Fit) -> None:
    places = Movement.objects.filter(card=card).order_by("position").values_list("position", flat=True)
    first, last = places.first(), places.last()
    start = (1 if first is None else first) - len(fit.before)
    end = 0 if last is None else last
    numbered = [(start + n, line) for n, line in enumerate(fit.before)]
    numbered += [(end + 1 + n, line) for n, line in enumerate(fit.after)]
    Movement.objects.bulk_create(_movement(file, card, *pair) for pair in numbered)


def _movement(file: HistoryFile, card: Card, position: int, line: Line) -> Movement:
    return Movement(
        file=file, line_no=line.line_no, card=card, position=position, at=line.at, kind=line.kind,
        merchant=line.merchant, terminal=line.terminal, amount=line.amount, balance=line.balance,
        reference_no=line.reference_no,
    )  # fmt: skip


def _close(file: HistoryFile, state: HistoryState, *, by: User, at: datetime, new_rows: int = 0) -> bool:
    """Move a draft on, by conditional UPDATE; whether it was still a draft."""
    done = HistoryFile.objects.filter(pk=file.pk, state=HistoryState.DRAFT).update(
        state=state, closed_at=at, closed_by=by, new_rows=new_rows
    )
    file.refresh_from_db()
    return bool(done)


def _already_saved(file: HistoryFile) -> HistoryFile:
    if file.state != HistoryState.SAVED:
        raise EmoneyError("Berkas ini sudah dibuang. Tidak ada yang disimpan; unggah lagi bila perlu.")
    return file
