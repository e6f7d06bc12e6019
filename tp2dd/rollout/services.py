"""What TP2DD decides: ready, pilot, judged, mandatory. Each step is in the trail; no step moves money."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from opd import access, audit
from opd.models import Opd, User
from opd.office.calendar import day_of
from tp2dd.rollout import checklist
from tp2dd.rollout.models import Channel, OpdChannel, Outcome, PilotVerdict, ReadinessTick, Stage

RUNNING = (Stage.PILOT, Stage.MANDATORY)


class RolloutError(Exception):
    """The step is not possible; nothing was changed. ``field`` names the form field, where there is one."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def tick(*, opd_id: int, channel: str, item: str, note: str, by: User, at: datetime) -> OpdChannel:
    """Tick one item of the checklist, with what proves it. A complete checklist makes the channel ready.

    The same item again gives the channel unchanged. Raises RolloutError.
    """
    access.require(by, "rollout.manage")
    if len(note.strip()) < 3:
        raise RolloutError("Tulis buktinya, misalnya nomor surat. Syarat belum dicentang.", "note")
    with transaction.atomic():
        row = _locked(opd_id, channel, by, at)
        _known(channel, item, at)
        values = {"note": note.strip()[:300], "at": at, "by": by}
        made, created = ReadinessTick.objects.get_or_create(opd_channel=row, item=item, defaults=values)
        if created:
            audit.record("rollout.tick", row, by=by, at=at, after={"item": item, "note": made.note})
            _settle_readiness(row, by, at)
    return row


def untick(*, opd_id: int, channel: str, item: str, reason: str, by: User, at: datetime) -> OpdChannel:
    """Take a tick away, with the reason; a channel that was only ready is ready no more."""
    access.require(by, "rollout.manage")
    if len(reason.strip()) < 3:
        raise RolloutError("Tulis alasannya. Centang tidak dicabut.", "reason")
    with transaction.atomic():
        row = _locked(opd_id, channel, by, at)
        held = ReadinessTick.objects.filter(opd_channel=row, item=item).first()
        if held is None:
            raise RolloutError("Syarat ini belum dicentang. Tidak ada yang berubah.")
        before = {"item": item, "note": held.note}
        held.delete()
        audit.record("rollout.untick", row, by=by, at=at, before=before, reason=reason.strip()[:300])
        _settle_readiness(row, by, at)
    return row


def start_pilot(
    *, opd_id: int, channel: str, since: date, basis: str, exception_reason: str, by: User, at: datetime
) -> OpdChannel:
    """Start the pilot on a day, by letter. Without a complete checklist only for a stated reason."""
    access.require(by, "rollout.manage")
    with transaction.atomic():
        row = _locked(opd_id, channel, by, at)
        if row.stage in RUNNING:
            raise RolloutError(f"Kanal ini sudah {row.get_stage_display().lower()}. Tidak ada yang berubah.")
        lacking = missing(row, day_of(at))
        if lacking and len(exception_reason.strip()) < 5:
            raise RolloutError(
                f"Belum lengkap: {', '.join(item.label.lower() for item in lacking)}. Lengkapi, atau tulis "
                "alasan "
                "mulai sebelum lengkap. Uji coba belum dimulai.",
                "exception_reason",
            )
        reason = exception_reason.strip()[:300] if lacking else ""
        values: dict[str, Any] = {"outcome": "", "verdict": "", "verdict_at": None, "verdict_by": None}
        values |= {"pilot_since": since, "pilot_basis": _letter(basis), "exception_reason": reason}
        _move(row, Stage.PILOT, "rollout.start_pilot", by, at, reason=reason, **values)
    return row


def stop_pilot(*, opd_id: int, channel: str, reason: str, by: User, at: datetime) -> OpdChannel:
    """Stop a pilot; its dates stay in the trail. A mandatory channel does not stop here."""
    access.require(by, "rollout.manage")
    if len(reason.strip()) < 5:
        raise RolloutError("Tulis alasannya. Uji coba tidak dihentikan.", "reason")
    with transaction.atomic():
        row = _locked(opd_id, channel, by, at)
        if row.stage != Stage.PILOT:
            raise RolloutError("Kanal ini tidak sedang uji coba. Tidak ada yang berubah.")
        stage = Stage.NONE if missing(row, day_of(at)) else Stage.READY
        values: dict[str, Any] = {"pilot_since": None, "pilot_basis": "", "exception_reason": ""}
        _move(row, stage, "rollout.stop_pilot", by, at, reason=reason.strip()[:300], **values)
    return row


def judge(*, opd_id: int, channel: str, outcome: str, verdict: str, by: User, at: datetime) -> OpdChannel:
    """Decide whether a pilot passed, and say why; earlier decisions stay. Raises RolloutError."""
    access.require(by, "rollout.manage")
    if outcome not in Outcome.values:
        raise RolloutError("Pilih putusannya: lulus atau belum lulus. Belum disimpan.", "outcome")
    if len(verdict.strip()) < 10:
        raise RolloutError("Tulis penilaian dalam satu kalimat atau lebih. Belum disimpan.", "verdict")
    with transaction.atomic():
        row = _locked(opd_id, channel, by, at)
        if row.stage not in RUNNING:
            raise RolloutError("Kanal ini belum diuji coba. Penilaian belum disimpan.")
        reason = verdict.strip()[:1000]
        PilotVerdict.objects.create(opd_channel=row, outcome=outcome, reason=reason, at=at, by=by)
        values: dict[str, Any] = {
            "outcome": outcome, "verdict": reason, "verdict_at": at, "verdict_by": by
        }  # fmt: skip
        _move(row, Stage(row.stage), "rollout.judge", by, at, **values)
    return row


def make_mandatory(
    *, opd_id: int, channel: str, since: date, basis: str, by: User, at: datetime
) -> OpdChannel:
    """Make a channel mandatory from a day on, by letter, after its pilot passed."""
    access.require(by, "rollout.manage")
    with transaction.atomic():
        row = _locked(opd_id, channel, by, at)
        if row.stage != Stage.PILOT or row.pilot_since is None:
            raise RolloutError("Hanya kanal yang sedang uji coba dapat diwajibkan. Tidak ada yang berubah.")
        if not row.verdict:
            raise RolloutError("Nilai uji cobanya dahulu. Kanal belum diwajibkan.")
        if row.outcome != Outcome.PASSED:
            raise RolloutError("Uji cobanya belum dinyatakan lulus. Kanal belum diwajibkan.")
        if since < row.pilot_since:
            raise RolloutError(
                f"Wajib sejak tidak mendahului uji coba ({row.pilot_since:%d/%m/%Y}). Belum diwajibkan.",
                "since",
            )
        values: dict[str, Any] = {"mandatory_since": since, "mandatory_basis": _letter(basis)}
        _move(row, Stage.MANDATORY, "rollout.make_mandatory", by, at, **values)
    return row


def missing(row: OpdChannel, on: date) -> list[checklist.Item]:
    """Items of the checklist that nobody has ticked."""
    held = set(row.ticks.values_list("item", flat=True))
    return [item for item in checklist.items(row.channel, on) if item.code not in held]


def _locked(opd_id: int, channel: str, by: User, at: datetime) -> OpdChannel:
    """The row of an agency and channel, made at the first step, locked. Raises RolloutError."""
    if channel not in Channel.values or not Opd.objects.valid(on=day_of(at)).filter(pk=opd_id).exists():
        raise RolloutError("OPD atau kanal ini tidak ada. Tidak ada yang berubah.")
    try:
        with transaction.atomic():
            values = {"changed_at": at, "changed_by": by}
            OpdChannel.objects.get_or_create(opd_id=opd_id, channel=channel, defaults=values)
    except IntegrityError:  # somebody else made it at the same moment
        pass
    return OpdChannel.objects.select_for_update(no_key=True).get(opd=opd_id, channel=channel)


def _known(channel: str, item: str, at: datetime) -> None:
    if item not in {one.code for one in checklist.items(channel, day_of(at))}:
        raise RolloutError("Syarat ini tidak ada dalam daftar. Tidak ada yang berubah.")


def _letter(basis: str) -> str:
    if len(basis.strip()) < 3:
        raise RolloutError("Isi nomor surat atau dasar hukumnya. Tidak ada yang berubah.", "basis")
    return basis.strip()[:160]


def _settle_readiness(row: OpdChannel, by: User, at: datetime) -> None:
    if row.stage in RUNNING:
        return
    stage = Stage.NONE if missing(row, day_of(at)) else Stage.READY
    if stage != row.stage:
        _move(row, stage, "rollout.ready", by, at)


def _move(
    row: OpdChannel, stage: Stage, action: str, by: User, at: datetime, *, reason: str = "", **values: Any
) -> None:
    before = {name: _plain(getattr(row, name)) for name in ("stage", *values) if name != "verdict_by"}
    for name, value in {"stage": stage, "changed_at": at, "changed_by": by, **values}.items():
        setattr(row, name, value)
    row.save()
    after = {name: _plain(getattr(row, name)) for name in before}
    audit.record(action, row, by=by, at=at, before=before, after=after, reason=reason)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
