"""How the bank treats the next calls: as usual, refusing, silent, or done with the answer lost."""

from __future__ import annotations

from django.db import transaction

from payments.sandbox.models import Behaviour
from payments.snap.codes import MESSAGES, Service, message

SERVICES = (Service.QR_GENERATE, Service.QR_QUERY, Service.QR_CANCEL)
REFUSALS = (
    *("40000", "40001", "40100", "40101", "40301", "40302", "40306", "40315", "40400", "40401"),
    *("40404", "40408", "40413", "40900", "40901", "42900", "50000", "50001", "50002", "50400"),
)
"""HTTP status and case that the page offers."""


class BehaviourError(Exception):
    """The message is for the person at the page."""


def refusal_label(code: str) -> str:
    return f"{code[:3]} {code[3:]}: {message(int(code[:3]), code[3:])}"


@transaction.atomic
def take(service: Service) -> Behaviour | None:
    """The behaviour that this call meets, counted down; None for the usual one."""
    planned = Behaviour.objects.select_for_update().filter(service=service.code, remaining__gt=0).first()
    if planned:
        Behaviour.objects.filter(pk=planned.pk).update(remaining=planned.remaining - 1)
    return planned


@transaction.atomic
def plan(service: Service, *, mode: str, case: str = "", times: int = 1) -> None:
    """What the next ``times`` calls of ``service`` meet; mode "normal" ends an earlier plan.

    Raises BehaviourError for a service, mode, case or number that does not exist.
    """
    if service not in SERVICES or not 1 <= times <= 99:
        raise BehaviourError("Pilih layanan yang ada dan banyaknya panggilan antara 1 dan 99.")
    if mode == "normal":
        Behaviour.objects.filter(service=service.code).delete()
        return
    if mode not in Behaviour.Mode.values:
        raise BehaviourError("Perilaku itu tidak dikenal.")
    if mode == Behaviour.Mode.REFUSE and (int(case[:3] or 0), case[3:]) not in MESSAGES:
        raise BehaviourError("Pilih kode penolakan.")
    Behaviour.objects.update_or_create(
        service=service.code,
        defaults={"mode": mode, "case": case if mode == Behaviour.Mode.REFUSE else "", "remaining": times},
    )
