"""Who fills the form and whether the team stands: from dated rules and role decrees."""

from __future__ import annotations

from typing import Any

from babel.dates import format_date
from django.urls import reverse

from opd.models import Role, RoleAssignment
from opd.office import rules, signers
from tp2dd.etpd.facts import Asked, Fact, Source

TEAM = (Role.TP2DD_MEMBER, Role.SEKRETARIS_TP2DD)


def _identity(asked: Asked) -> dict[str, Fact]:
    rule = rules.in_force("etpd.identity", asked.semester.last)
    known: dict[str, Any] = rule.value
    return {name: Fact(value, f"Aturan bertanggal: {rule.legal_basis}") for name, value in known.items()}


def _filler(asked: Asked) -> dict[str, Fact]:
    """The secretary in force on the last day of the semester."""
    held = signers.signer(Role.SEKRETARIS_TP2DD, None, asked.semester.last)
    words = f"{held['role']} menurut SK pada {asked.semester.last:%d/%m/%Y}"
    found = {"nama_petugas": held["name"], "nip": held["nip"]}
    return {name: Fact(value, words) for name, value in found.items() if value}


def _team(asked: Asked) -> dict[str, Fact]:
    held = RoleAssignment.objects.valid(on=asked.semester.last).filter(role__in=[str(role) for role in TEAM])
    decrees = list(held.order_by("-decree_date", "-pk").values_list("decree_number", "decree_date"))
    if not decrees:
        return {}
    number, day = decrees[0]
    words = f"{len(decrees)} penetapan peran TP2DD berlaku pada {asked.semester.last:%d/%m/%Y}"
    basis = f"{number}, {format_date(day, 'd MMMM yyyy', locale='id')}"
    url = reverse("tp2dd:rollout_matrix")
    return {
        "telah_membentuk_tp2dd": Fact("Ya", words, url),
        "landasan_hukum_pembentukan_tp2dd": Fact(basis, f"SK terakhir dari {words}", url),
    }


SOURCES = (
    Source(
        "etpd.identity", "Identitas daerah", ("tingkat_pemerintah_daerah", "nama_daerah", "kpwdn"), _identity
    ),
    Source("etpd.filler", "Pejabat pengisi", ("nama_petugas", "nip"), _filler),
    Source(
        "etpd.team", "SK peran TP2DD", ("telah_membentuk_tp2dd", "landasan_hukum_pembentukan_tp2dd"), _team
    ),
)
