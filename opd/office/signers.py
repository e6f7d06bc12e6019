"""Who signs a printed document: the person in force with a role on a day."""

from __future__ import annotations

from datetime import date

from opd.models import Opd, Role, RoleAssignment

PRINTED = {"PPK-OPD": "PPK-SKPD"}
"""Forms keep the regulation's word where the screen says OPD."""


def signer(role: Role, opd: Opd | None, on: date) -> dict[str, str]:
    """``{"role", "name", "nip"}`` for the facts of a document; name and nip are empty where nobody holds the
    role. Acting officers print as "Plt. Pengguna Anggaran". Of several, the latest decree signs."""
    held = (
        RoleAssignment.objects.valid(on=on)
        .filter(role=role, opd=opd, user__is_active=True)
        .select_related("user")
        .order_by("-valid_from", "-pk")
        .first()
    )
    title = held.title if held else role.label
    for screen, printed in PRINTED.items():
        title = title.replace(screen, printed)
    return {"role": title, "name": held.user.name if held else "", "nip": held.user.nip if held else ""}
