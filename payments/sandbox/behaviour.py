"""How the bank treats the next calls: as usual, refusing, silent, answer lost, or in progress for a while."""

from __future__ import annotations

from django.db import transaction

from payments.sandbox.models import Behaviour
from payments.snap.codes import MESSAGES, Service, message

ORDERS = (Service.TRANSFER_INTRABANK, Service.TRANSFER_INTERBANK, Service.QR_PAYMENT)
"""Services that move money out of an account: these alone can be answered "in progress"."""
SERVICES = (
    *(Service.QR_GENERATE, Service.QR_QUERY, Service.QR_CANCEL, Service.QR_REFUND),
    *(Service.ACCOUNT_INQUIRY_INTERNAL, Service.ACCOUNT_INQUIRY_EXTERNAL),
    *(Service.TRANSFER_INTRABANK, Service.TRANSFER_INTERBANK, Service.TRANSFER_STATUS),
    *(Service.QR_DECODE, Service.QR_PAYMENT),
)
WAITING = (Behaviour.Mode.PENDING, Behaviour.Mode.FAILING)
REFUSALS = (
    *("40000", "40001", "40100", "40101", "40301", "40302", "40305", "40306", "40314", "40315"),
    *("40318", "40400", "40401", "40404", "40408", "40411", "40413", "40501", "40900", "40901", "42900"),
    *("50000", "50001", "50002", "50400"),
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
def plan(service: Service, *, mode: str, case: str = "", times: int = 1, seconds: int = 0) -> None:
    """What the next ``times`` calls of ``service`` meet; mode "normal" ends an earlier plan.

    An order "in progress" ends after ``seconds``; with 0 it waits for a button on the accounts page.

    Raises BehaviourError for a service, mode, case or number that does not exist.
    """
    if service not in SERVICES or not 1 <= times <= 99 or not 0 <= seconds <= 3600:
        raise BehaviourError("Pilih layanan yang ada dan banyaknya panggilan antara 1 dan 99.")
    if mode == "normal":
        Behaviour.objects.filter(service=service.code).delete()
        return
    if mode not in Behaviour.Mode.values:
        raise BehaviourError("Perilaku itu tidak dikenal.")
    if mode == Behaviour.Mode.REFUSE and (int(case[:3] or 0), case[3:]) not in MESSAGES:
        raise BehaviourError("Pilih kode penolakan.")
    if mode in WAITING and service not in ORDERS:
        raise BehaviourError("“Sedang diproses” hanya ada untuk transfer dan pembayaran QRIS.")
    Behaviour.objects.update_or_create(
        service=service.code,
        defaults={
            "mode": mode,
            "case": case if mode == Behaviour.Mode.REFUSE else "",
            "seconds": seconds if mode in WAITING else 0,
            "remaining": times,
        },
    )
