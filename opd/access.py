"""Who may see and do what: the one place.

A permission is a word; the table below says which roles hold it. A role reaches over one agency or over
the whole province, between the days of its decree (WIB).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from opd.models import Opd, Role, RoleAssignment, User

_PAYS = frozenset({Role.BENDAHARA_PENGELUARAN, Role.BENDAHARA_PENGELUARAN_PEMBANTU})
_HEADS = frozenset({Role.PA, Role.KPA})
_SPENDING = frozenset({*_PAYS, *_HEADS, Role.PPTK, Role.PPK_OPD, Role.KUASA_BUD, Role.AUDITOR})
_KKPD = _SPENDING | {Role.PEMEGANG_KKPD, Role.ADMINISTRATOR_KKPD}
_TP2DD = frozenset({Role.TP2DD_MEMBER, Role.SEKRETARIS_TP2DD, Role.PENINJAU_BI, Role.SEKDA})
_PLANNED = frozenset({
    *(Role.PERENCANA, Role.TP2DD_MEMBER, Role.SEKDA, Role.KUASA_BUD, Role.AUDITOR, Role.ADMINISTRATOR)
})  # fmt: skip
_OWNERS = frozenset({Role.PA, Role.KPA, Role.PPK_OPD})
_AUDITED = frozenset({Role.BENDAHARA_PENERIMAAN, Role.BENDAHARA_PENGELUARAN, Role.PA})

PERMISSIONS: dict[str, frozenset[Role]] = {
    "takings.view": frozenset({Role.BENDAHARA_PENERIMAAN, Role.KUASA_BUD, Role.AUDITOR}),
    "complaints.view": frozenset(
        {Role.BENDAHARA_PENERIMAAN, Role.ADMINISTRATOR, Role.TP2DD_MEMBER, Role.AUDITOR}
    ),
    "complaints.handle": frozenset({Role.BENDAHARA_PENERIMAAN}),
    "complaints.assign": frozenset({Role.ADMINISTRATOR}),
    "refund.view": frozenset(
        {Role.BENDAHARA_PENERIMAAN, *_HEADS, Role.PPK_OPD, Role.KUASA_BUD, Role.AUDITOR}
    ),
    "refund.propose": frozenset({Role.BENDAHARA_PENERIMAAN}),
    "refund.approve": _HEADS,
    "refund.pay": frozenset({Role.KUASA_BUD}),
    "stbp.issue": frozenset({Role.BENDAHARA_PENERIMAAN}),
    "settlement.upload": frozenset({Role.BENDAHARA_PENERIMAAN}),
    "statement.upload": frozenset({Role.KUASA_BUD}),
    "reconciliation.view": frozenset({Role.BENDAHARA_PENERIMAAN, Role.KUASA_BUD, Role.AUDITOR}),
    "reconciliation.resolve": frozenset({Role.BENDAHARA_PENERIMAAN, Role.KUASA_BUD}),
    "reconciliation.undo": frozenset({Role.KUASA_BUD}),
    "reconciliation.issue": frozenset({Role.KUASA_BUD}),
    "ledger.view": frozenset({Role.AUDITOR, Role.KUASA_BUD}),
    "period.close": frozenset({Role.KUASA_BUD}),
    "dashboard.view": frozenset({*_TP2DD, Role.KUASA_BUD, Role.AUDITOR, Role.ADMINISTRATOR}),
    "dashboard.measure": frozenset({Role.SEKRETARIS_TP2DD}),
    "proof.view": frozenset(
        {Role.AUDITOR, Role.KUASA_BUD, Role.TP2DD_MEMBER, Role.SEKDA, Role.ADMINISTRATOR}
    ),
    "proof.ask": frozenset({Role.AUDITOR, Role.KUASA_BUD, Role.ADMINISTRATOR}),
    "export.take": frozenset(
        {*_PAYS, *_HEADS, Role.BENDAHARA_PENERIMAAN, Role.PPK_OPD, Role.KUASA_BUD, Role.AUDITOR}
    ),
    "audit.view": frozenset({Role.AUDITOR, Role.ADMINISTRATOR}),
    "auditing.work": frozenset({Role.AUDITOR}),
    "auditing.view": _AUDITED | {Role.AUDITOR},
    "auditing.answer": _AUDITED,
    "users.manage": frozenset({Role.ADMINISTRATOR}),
    "opd.manage": frozenset({Role.ADMINISTRATOR}),
    "partner.manage": frozenset({Role.ADMINISTRATOR}),
    "api.manage": frozenset({Role.ADMINISTRATOR}),
    "points.manage": frozenset({Role.ADMINISTRATOR}),
    "planning.view": _SPENDING | {Role.SEKRETARIS_TP2DD},
    "planning.import": frozenset({Role.BENDAHARA_PENGELUARAN, Role.KUASA_BUD}),
    "documents.view": _KKPD | {Role.BENDAHARA_PENERIMAAN},
    "spend.view": _SPENDING,
    "spend.raise": frozenset({Role.PPTK}),
    "spend.approve": _HEADS,
    "spend.pay": _PAYS,
    "spend.verify": frozenset({Role.PPK_OPD}),
    "payee.manage": frozenset({Role.PPTK, *_PAYS}),
    "claim.view": _SPENDING,
    "claim.raise": frozenset({Role.BENDAHARA_PENGELUARAN}),
    "claim.verify": frozenset({Role.PPK_OPD}),
    "claim.spm": frozenset({Role.PA}),
    "claim.sp2d": frozenset({Role.KUASA_BUD}),
    "kkpd.view": _KKPD,
    "kkpd.cards": frozenset({Role.ADMINISTRATOR_KKPD}),
    "kkpd.report": frozenset({Role.PEMEGANG_KKPD}),
    "kkpd.sign": frozenset({Role.PPTK}),
    "kkpd.bill": frozenset({Role.ADMINISTRATOR_KKPD, Role.BENDAHARA_PENGELUARAN}),
    "kkpd.test": _HEADS,
    "kkpd.settle": frozenset({Role.BENDAHARA_PENGELUARAN}),
    "emoney.view": _SPENDING | {Role.PEGAWAI},
    "emoney.manage": _PAYS,
    "emoney.report": frozenset({Role.PEGAWAI}),
    "books.view": _SPENDING,
    "books.close": _PAYS,
    "books.verify": frozenset({Role.PPK_OPD}),
    "books.approve": frozenset({Role.PA}),
    "books.receipts": frozenset({Role.BENDAHARA_PENERIMAAN}),
    "counter.sell": frozenset({Role.PETUGAS_LOKET}),
    "counter.view": frozenset({Role.PETUGAS_LOKET, Role.BENDAHARA_PENERIMAAN, Role.KUASA_BUD, Role.AUDITOR}),
    "counter.deposit": frozenset({Role.BENDAHARA_PENERIMAAN}),
    "counter.confirm": frozenset({Role.KUASA_BUD}),
    "assessments.view": frozenset({Role.BENDAHARA_PENERIMAAN, *_HEADS, Role.KUASA_BUD, Role.AUDITOR}),
    "assessments.issue": frozenset({Role.BENDAHARA_PENERIMAAN}),
    "assessments.decide": _HEADS,
    "walkins.claim": frozenset({Role.PETUGAS_LOKET, Role.BENDAHARA_PENERIMAAN}),
    "walkins.undo": frozenset({Role.BENDAHARA_PENERIMAAN}),
    "walkins.count": frozenset({Role.PETUGAS_LOKET, Role.PETUGAS_GERBANG, Role.BENDAHARA_PENERIMAAN}),
    "phantom.view": frozenset({Role.BENDAHARA_PENERIMAAN, Role.KUASA_BUD, Role.AUDITOR, Role.ADMINISTRATOR}),
    "phantom.handle": frozenset({Role.BENDAHARA_PENERIMAAN, Role.KUASA_BUD}),
    "phantom.assign": frozenset({Role.KUASA_BUD, Role.ADMINISTRATOR}),
    "gate.enrol": frozenset({Role.PETUGAS_GERBANG}),
    "gate.view": frozenset({Role.PETUGAS_GERBANG, Role.BENDAHARA_PENERIMAAN, Role.AUDITOR}),
    "gate.manage": frozenset({Role.BENDAHARA_PENERIMAAN}),
    "rollout.view": frozenset({*_TP2DD, Role.ADMINISTRATOR, *_SPENDING}),
    "plans.view": _PLANNED | {Role.PA, Role.KPA, Role.PPK_OPD},
    "plans.import": frozenset({Role.PERENCANA}),
    "consistency.view": _PLANNED | {Role.PA, Role.KPA, Role.PPK_OPD},
    "consistency.explain": frozenset({Role.PA, Role.PPK_OPD}),
    "consistency.decide": frozenset({Role.PERENCANA, Role.TP2DD_MEMBER}),
    "consistency.run": frozenset({Role.PERENCANA, Role.TP2DD_MEMBER}),
    "rollout.manage": frozenset({Role.TP2DD_MEMBER}),
    "instruction.view": frozenset({*_TP2DD, Role.AUDITOR, *_HEADS}),
    "instruction.draft": frozenset({Role.SEKRETARIS_TP2DD}),
    "instruction.issue": frozenset({Role.SEKDA}),
    "instruction.close": frozenset({Role.SEKDA}),
    "instruction.remind": frozenset({Role.SEKRETARIS_TP2DD}),
    "instruction.verify": frozenset({Role.SEKRETARIS_TP2DD}),
    "instruction.answer": _HEADS,
    "evaluation.view": frozenset({*_TP2DD, Role.AUDITOR, Role.PA, Role.KPA, Role.PPK_OPD}),
    "evaluation.fill": frozenset({Role.PA, Role.KPA, Role.PPK_OPD, Role.SEKRETARIS_TP2DD}),
    "evaluation.manage": frozenset({Role.SEKRETARIS_TP2DD}),
    "evaluation.review": frozenset({Role.TP2DD_MEMBER}),
    "evaluation.decide": frozenset({Role.SEKDA}),
    "transparency.view": frozenset({*_TP2DD, Role.AUDITOR}),
    "transparency.decide": frozenset({Role.SEKDA}),
    "etpd.view": frozenset({*_TP2DD, Role.AUDITOR}),
    "etpd.fill": frozenset({Role.SEKRETARIS_TP2DD}),
    "etpd.review": frozenset({Role.PENINJAU_BI}),
    "secretariat.view": frozenset({*_TP2DD, Role.AUDITOR}),
    "secretariat.manage": frozenset({Role.SEKRETARIS_TP2DD}),
    "datarequests.view": frozenset({*_TP2DD, Role.AUDITOR, *_OWNERS}),
    "datarequests.answer": _OWNERS,
    "calendar.view": frozenset(
        {*_TP2DD, *_OWNERS, Role.BENDAHARA_PENERIMAAN, Role.KUASA_BUD, Role.PERENCANA}
    ),
    "roadmap.view": frozenset({*_TP2DD, Role.AUDITOR, *_OWNERS}),
    "roadmap.manage": frozenset({Role.SEKRETARIS_TP2DD}),
    "roadmap.report": _OWNERS,
    "etpd.answer": frozenset(
        {
            *(Role.PA, Role.KPA, Role.PPK_OPD, Role.BENDAHARA_PENERIMAAN, Role.BENDAHARA_PENGELUARAN),
            *(Role.KUASA_BUD, Role.TP2DD_MEMBER, Role.ADMINISTRATOR),
        }
    ),
}

OF_THE_PROVINCE = frozenset(
    {
        "ledger.view",
        "dashboard.view",
        "proof.view",
        "proof.ask",
        "audit.view",
        "etpd.view",
        "secretariat.view",
        "transparency.view",
    }
)
"""What shows the province as a whole: closed to an auditor whose letter of assignment names agencies."""

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Scope:
    """The agencies a person reaches with one permission; ``opd_ids`` is None for the whole province."""

    opd_ids: frozenset[int] | None

    def __bool__(self) -> bool:
        return self.opd_ids is None or bool(self.opd_ids)

    def __contains__(self, opd_id: object) -> bool:
        return self.opd_ids is None or opd_id in self.opd_ids

    def holds(self, opd_id: int | None) -> bool:
        """Whether all of what is chosen lies within: an agency, or None for every agency."""
        return self.opd_ids is None or opd_id in self.opd_ids

    def filter(self, rows: QuerySet[M], field: str = "opd") -> QuerySet[M]:
        return rows if self.opd_ids is None else rows.filter(**{f"{field}__in": self.opd_ids})


NOWHERE = Scope(frozenset())
EVERYWHERE = Scope(None)


def scope(user: User | AnonymousUser, permission: str, *, on: date | None = None) -> Scope:
    """The agencies ``user`` reaches with ``permission`` on a day in WIB (today when not given)."""
    roles = PERMISSIONS[permission]
    if not isinstance(user, User) or not user.is_active:
        return NOWHERE
    held = [a for a in _assignments(user, on or timezone.localdate()) if a.role in roles]
    reached: set[int] = set()
    for assignment in held:
        reach = _reach(assignment, permission)
        if reach.opd_ids is None:
            return EVERYWHERE
        reached |= reach.opd_ids
    return Scope(frozenset(reached))


def _reach(assignment: Any, permission: str) -> Scope:
    """How far one role goes: its agency, the agencies that its letter names, else the province."""
    if assignment.opd_id is not None:
        return Scope(frozenset({assignment.opd_id}))
    if not assignment.named:
        return EVERYWHERE
    return NOWHERE if permission in OF_THE_PROVINCE else Scope(frozenset(assignment.named))


def allowed(
    user: User | AnonymousUser, permission: str, *, opd: Opd | int | None = None, on: date | None = None
) -> bool:
    reach = scope(user, permission, on=on)
    if opd is None:
        return bool(reach)
    return (opd.pk if isinstance(opd, Opd) else opd) in reach


def require(
    user: User | AnonymousUser, permission: str, *, opd: Opd | int | None = None, on: date | None = None
) -> Scope:
    """The scope of ``permission``; PermissionDenied where the person does not hold it (for that agency)."""
    if not allowed(user, permission, opd=opd, on=on):
        raise PermissionDenied(_why_not(user, permission, on or timezone.localdate()))
    return scope(user, permission, on=on)


def _why_not(user: User | AnonymousUser, permission: str, on: date) -> str:
    """What a person reads who may not: a letter that does not reach so far is named."""
    letters = [a for a in roles(user, on=on) if a.named and a.role in PERMISSIONS[permission]]
    if not letters:
        return "Peran Anda tidak mencakup halaman atau tindakan ini."
    held = letters[0]
    names = ", ".join(held.agencies.values_list("opd__short_name", flat=True))
    beyond = "memuat seluruh provinsi" if permission in OF_THE_PROVINCE else "di luar OPD itu"
    return f"Surat tugas {held.decree_number} hanya mencakup {names}; halaman atau tindakan ini {beyond}."


def needs(permission: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """A view that only holders of ``permission`` reach. The tests read the name from the view."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            require(request.user, permission)
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def actor(request: HttpRequest) -> User:
    """The person behind a request that ``needs`` has let through. Raises PermissionDenied for nobody."""
    if not isinstance(request.user, User):
        raise PermissionDenied("Silakan masuk dahulu.")
    return request.user


def roles(user: User | AnonymousUser, *, on: date | None = None) -> list[Any]:
    """The role assignments in force on a day in WIB, each with the agencies its letter ``named``."""
    if not isinstance(user, User):
        return []
    return _assignments(user, on or timezone.localdate())


def _assignments(user: User, on: date) -> list[Any]:
    cache: dict[date, list[Any]] = user.__dict__.setdefault("_assignments_by_day", {})
    if on not in cache:
        held = RoleAssignment.objects.valid(on=on).with_named().filter(user=user)
        cache[on] = list(held.select_related("opd"))
    return cache[on]
