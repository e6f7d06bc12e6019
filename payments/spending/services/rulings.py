"""The way out for a payment that its bank never makes certain: two people, and the bank's paper.

The treasurer proposes what the bank's letter or statement says, PPK confirms it; then it is booked by the
same functions as the bank's own answer, once. The bank's own answer always comes first: while a proposal
waits it ends the payment and the proposal lapses, and before a confirmation the bank is asked once more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.core.files.base import File
from django.db import transaction

from opd import access, audit
from opd.models import User
from opd.office import evidence, pictures
from opd.office.calendar import day_of
from opd.office.models import Evidence
from opd.office.rules import value
from payments.spending.bank import conversation
from payments.spending.errors import BadDraft, Missing, WrongState
from payments.spending.models import Disbursement, DisbursementState, Ruling, RulingState, Spend, Verdict
from payments.spending.services import payments
from payments.spending.services.locking import reason_of, refuse_own

_NOTHING = "Hasilnya belum dicatat."
_GONE = (
    "Bank baru saja memastikan sendiri pembayaran ini, jadi usulan ini gugur. Jawaban bank sudah dibukukan."
)


@dataclass(frozen=True)
class RulingDraft:
    """What the bank's paper says; ``reference_no`` and ``day`` are those of the payment, or of the letter."""

    verdict: Verdict
    reference_no: str
    day: date
    rrn: str = ""


def waits_for(on: date) -> timedelta:
    """How long the bank is given to answer before people may say how a payment ended."""
    return timedelta(hours=int(value("spending.stuck_hours", on)))


@transaction.atomic
def propose_ruling(
    *, disbursement_id: UUID, draft: RulingDraft, proof: File[bytes] | None, by: User, at: datetime
) -> Ruling:
    """The treasurer says what the bank confirmed outside SNAP, with its letter or statement. Books nothing.

    Raises BadDraft (naming the field), WrongState (ended, too early, one waits already), Missing;
    PermissionDenied without ``spend.pay``.
    """
    spend, payment = payments.locked_payment(disbursement_id)
    access.require(by, "spend.pay", opd=spend.opd_id)
    _check_stuck(payment, at)
    if payment.rulings.filter(state=RulingState.PROPOSED).exists():
        raise WrongState(f"Sudah ada usulan yang menunggu dipastikan orang kedua. {_NOTHING}")
    _check_paper(payment, draft, at)
    row = Ruling.objects.create(
        disbursement=payment, verdict=draft.verdict, reference_no=draft.reference_no.strip(), day=draft.day,
        rrn=draft.rrn.strip(), evidence=_keep(proof, by=by, at=at), proposed_by=by, proposed_at=at,
    )  # fmt: skip
    audit.record("payment.ruling_propose", spend, by=by, at=at, after=_facts(row))
    return row


def _check_stuck(payment: Disbursement, at: datetime) -> None:
    if payment.way not in conversation.SNAP_WAYS:
        raise WrongState("Cara bayar ini tidak menunggu jawaban bank lewat sambungan langsung.")
    if payment.state not in conversation.LIVE:
        raise WrongState(
            f"Pembayaran ini sudah berakhir: {payment.get_state_display().lower()}. Tidak ada yang berubah."
        )
    wait = waits_for(day_of(at))
    if at < payment.made_at + wait:
        raise WrongState(
            f"Bank masih ditanya. Hasil boleh diusulkan sesudah {wait // timedelta(hours=1)} jam tanpa "
            f"kepastian. {_NOTHING}"
        )


def _check_paper(payment: Disbursement, draft: RulingDraft, at: datetime) -> None:
    if not draft.reference_no.strip():
        raise BadDraft(f"Isi rujukan bank atau nomor surat bank. {_NOTHING}", "reference_no")
    first, last = day_of(payment.made_at), day_of(at)
    if not first <= draft.day <= last:
        raise BadDraft(
            f"Tanggal {draft.day:%d/%m/%Y} tidak mungkin: perintah bayar dibuat {first:%d/%m/%Y}, hari ini "
            f"{last:%d/%m/%Y}. {_NOTHING}",
            "day",
        )
    if draft.verdict == Verdict.PAID:
        _check_reference(payment, draft)


def _check_reference(payment: Disbursement, draft: RulingDraft) -> None:
    """One line of a statement proves one payment."""
    others = Disbursement.objects.filter(account=payment.account, state=DisbursementState.SUCCEEDED)
    if others.filter(reference_no=draft.reference_no.strip()).exists():
        raise BadDraft(
            f"Rujukan ini sudah dipakai pembayaran lain dari rekening yang sama. {_NOTHING}",
            "reference_no",
        )
    used = Disbursement.objects.filter(rrn=draft.rrn.strip()).exclude(state=DisbursementState.FAILED)
    if draft.rrn.strip() and used.exclude(pk=payment.pk).exists():
        raise BadDraft(f"RRN ini sudah dipakai pembayaran lain. {_NOTHING}", "rrn")


def _keep(proof: File[bytes] | None, *, by: User, at: datetime) -> Evidence:
    if proof is None:
        raise BadDraft(f"Lampirkan surat bank atau halaman rekening koran. {_NOTHING}", "proof")
    try:
        media_type = pictures.media_type(proof)
    except pictures.FileRefused as error:
        raise BadDraft(f"{error} {_NOTHING}", "proof") from error
    name = (proof.name or "tanpa nama").rsplit("/", 1)[-1][:200]
    kept, _ = evidence.store(proof, name=name, media_type=media_type, by=by, at=at)
    return kept


def _facts(row: Ruling) -> dict[str, str]:
    return {
        "payment": str(row.disbursement_id), "verdict": str(row.verdict), "reference_no": row.reference_no,
        "day": f"{row.day:%Y-%m-%d}", "evidence": row.evidence.sha256,
    }  # fmt: skip


def confirm_ruling(*, ruling_id: int, by: User, at: datetime) -> Ruling:
    """PPK confirms what another proposed; it is booked at once. Not inside a transaction.

    The bank is asked once more before; where it answers now, its word is booked and the proposal lapses
    (WrongState). Raises Missing, OwnWork, WrongState, Twice; PermissionDenied without ``spend.verify``.
    """
    _may_confirm(_found(ruling_id), by)
    conversation.ask(_found(ruling_id).disbursement_id, at=at)
    with transaction.atomic():
        row, spend, payment = _waiting(ruling_id)
        _may_confirm(row, by)
        Ruling.objects.filter(pk=row.pk).update(state=RulingState.CONFIRMED, decided_by=by, decided_at=at)
        audit.record("payment.ruling_confirm", spend, by=by, at=at, after=_facts(row))
        _book(row, spend, payment, by=by, at=at)
        conversation.keep_asking(payment.pk, at=at)
    row.refresh_from_db()
    return row


def _may_confirm(row: Ruling, by: User) -> None:
    access.require(by, "spend.verify", opd=row.disbursement.spend.opd_id)
    refuse_own(by, (row.proposed_by_id, row.disbursement.made_by_id), "memastikannya")


def _book(row: Ruling, spend: Spend, payment: Disbursement, *, by: User, at: datetime) -> None:
    if row.verdict == Verdict.PAID:
        payments.settle_locked(
            spend, payment, row.day, reference_no=row.reference_no, rrn=row.rrn, by=by, at=at
        )
    else:
        message = f"Menurut surat bank {row.reference_no} tanggal {row.day:%d/%m/%Y}, pembayaran ini gagal."
        payments.fail_locked(spend, payment, message, by=by, at=at)


def decline_ruling(*, ruling_id: int, reason: str, by: User, at: datetime) -> Ruling:
    """PPK sends the proposal back, or its maker withdraws it; the bank is asked on.

    Raises Missing, WrongState (no reason, decided already); PermissionDenied.
    """
    with transaction.atomic():
        row, spend, _ = _waiting(ruling_id)
        may = "spend.pay" if by.pk == row.proposed_by_id else "spend.verify"
        access.require(by, may, opd=spend.opd_id)
        words = reason_of(reason, "berubah; usulan masih menunggu")
        Ruling.objects.filter(pk=row.pk).update(
            state=RulingState.DECLINED, decided_by=by, decided_at=at, reason=words
        )
        audit.record("payment.ruling_decline", spend, by=by, at=at, after=_facts(row), reason=words)
    row.refresh_from_db()
    return row


def _found(ruling_id: int) -> Ruling:
    row = Ruling.objects.select_related("disbursement__spend", "evidence").filter(pk=ruling_id).first()
    if row is None:
        raise Missing("Usulan ini tidak ada. Tidak ada yang berubah.")
    return row


def _waiting(ruling_id: int) -> tuple[Ruling, Spend, Disbursement]:
    """A proposal that still waits, with its spend and payment locked before it. Raises WrongState."""
    spend, payment = payments.locked_payment(_found(ruling_id).disbursement_id)
    row = _found(ruling_id)
    if row.state == RulingState.LAPSED:
        raise WrongState(_GONE)
    if row.state != RulingState.PROPOSED or payment.state not in conversation.LIVE:
        raise WrongState(f"Usulan ini sudah {row.get_state_display().lower()}. Tidak ada yang berubah.")
    return row, spend, payment
