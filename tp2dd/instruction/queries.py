"""The list of instructions, who may see which, and what happened with one agency."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from opd import audit
from opd.access import allowed, scope
from opd.models import AuditEvent, User
from opd.office.story import Told
from opd.templatetags.tampilan import di_tengah
from tp2dd.instruction.models import Acknowledgement, Addressee, Duty, DutyEvent, Instruction, Reminder, State

WRITTEN = (State.DRAFT, State.DROPPED)


def visible(user: User) -> QuerySet[Instruction]:
    """Instructions that address an agency within reach; drafts only for who drafts and who issues them."""
    reach = scope(user, "instruction.view")
    rows = Instruction.objects.all()
    if not reach:
        return rows.none()
    if not (allowed(user, "instruction.draft") or allowed(user, "instruction.issue")):
        rows = rows.exclude(state__in=[str(state) for state in WRITTEN])
    if reach.opd_ids is None:
        return rows
    mine = Addressee.objects.filter(opd__in=reach.opd_ids).values("instruction")
    return rows.filter(pk__in=mine)


def listed(user: User, *, state: str = "", text: str = "") -> QuerySet[Instruction]:
    """The list, newest first, with how many agencies are addressed and how many have acknowledged."""
    rows = visible(user).select_related("replaces")
    if state:
        rows = rows.filter(state=state)
    if text:
        rows = rows.filter(Q(number__icontains=text) | Q(subject__icontains=text))
    counted = rows.annotate(
        agencies=Count("addressees", distinct=True), said=Count("addressees__acknowledgement", distinct=True)
    )
    return counted.order_by("-day", "-pk")


def addressed(user: User) -> QuerySet[Addressee]:
    """Agencies of instructions that were issued, within the person's reach."""
    rows = Addressee.objects.exclude(instruction__state__in=[str(state) for state in WRITTEN])
    return scope(user, "instruction.view").filter(rows).select_related("instruction", "opd")


def duties(user: User) -> QuerySet[Duty]:
    rows = Duty.objects.select_related("addressee__instruction", "addressee__opd", "point")
    return scope(user, "instruction.view").filter(rows, "addressee__opd")


def reminders(user: User) -> QuerySet[Reminder]:
    rows = Reminder.objects.select_related("addressee__instruction", "addressee__opd", "document", "by")
    return scope(user, "instruction.view").filter(rows, "addressee__opd")


def way(row: Instruction) -> list[Told]:
    """What happened to an instruction itself, oldest first."""
    events = AuditEvent.objects.filter(subject_type="instruction.instruction", subject_id=str(row.pk))
    return [
        Told(event.at, audit.describe(event.action), str(event.by or "sistem"), _detail(event))
        for event in events.select_related("by").order_by("at", "pk")
    ]


def _detail(event: AuditEvent) -> str:
    return event.reason or str((event.after or event.before or {}).get("text", ""))


def story(of: Addressee) -> list[Told]:
    """What an agency said and was told, oldest first."""
    told = [
        Told(row.at, "Instruksi diterima", f"{row.by}, {row.title}", row.note)
        for row in Acknowledgement.objects.filter(addressee=of).select_related("by")
    ]
    events = DutyEvent.objects.filter(duty__addressee=of).select_related("by", "duty__point")
    told += [
        Told(row.at, f"{row.duty.point}: {di_tengah(row.get_kind_display())}", str(row.by), row.text)
        for row in events
    ]
    told += [
        Told(row.at, f"Surat pengingat ke-{row.serial}", str(row.by), f"Nomor {row.document.number}")
        for row in of.reminders.select_related("by", "document")
    ]
    return sorted(told, key=lambda one: one.at)


def events(of: Duty) -> list[Told]:
    """What happened to one point of an agency, oldest first."""
    return [Told(row.at, _event(row), str(row.by), row.text) for row in of.events.select_related("by")]


def _event(row: DutyEvent) -> str:
    label = row.get_kind_display()
    return f"{label}: {row.get_claim_display().lower()}" if row.kind == DutyEvent.Kind.REPORTED else label
