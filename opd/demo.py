"""The demo's agencies and labelled accounts, one per role; passwords are random per installation."""

from __future__ import annotations

import json
import os
from datetime import date, datetime
from pathlib import Path

from django.conf import settings

from opd.models import Opd, Role, User
from opd.services.agencies import import_agencies, parse
from opd.services.people import assign_role, create_user, new_password

AGENCIES = Path(__file__).parent / "data" / "opd_bengkulu.csv"
PARIWISATA, PENDIDIKAN = "113", "120"
CAST: tuple[tuple[str, str, Role, str | None, str], ...] = (
    (
        "bendahara",
        "Bendahara Dinas Pariwisata (demo)",
        Role.BENDAHARA_PENERIMAAN,
        PARIWISATA,
        "Lihat penerimaan hari ini, lalu unggah berkas settlement.",
    ),
    (
        "bendahara.museum",
        "Bendahara Dinas Pendidikan (demo)",
        Role.BENDAHARA_PENERIMAAN,
        PENDIDIKAN,
        "Penerimaan Museum Negeri; tidak melihat OPD lain.",
    ),
    ("kuasabud", "Kuasa BUD (demo)", Role.KUASA_BUD, None, "Unggah rekening koran RKUD."),
    ("auditor", "Auditor (demo)", Role.AUDITOR, None, "Baca jurnal dan neraca saldo, unduh CSV."),
    ("tp2dd", "Anggota TP2DD (demo)", Role.TP2DD_MEMBER, None, "Buka papan TP2DD."),
    ("admin", "Administrator (demo)", Role.ADMINISTRATOR, None, "Atur pengguna, OPD, bank, dan titik."),
)
DECREE = "SK Demo 1/2026"


def seed(*, at: datetime) -> None:
    """Agencies and accounts; the accounts' passwords go to DATA_DIR/demo_accounts.json (0600)."""
    import_agencies(rows=parse(AGENCIES.read_bytes()), by=None, at=at)
    accounts = [_account(*row, at=at) for row in CAST]
    path = Path(settings.DATA_DIR) / "demo_accounts.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump({"accounts": accounts}, file, ensure_ascii=False, indent=1)


def user(role: Role) -> User:
    """The demo account that holds ``role`` (the first of the cast)."""
    username = next(row[0] for row in CAST if row[2] == role)
    return User.objects.get(username=username, is_demo=True)


def agency(code: str) -> Opd:
    return Opd.objects.filter(code=code).latest("valid_from")


def _account(
    username: str, name: str, role: Role, opd: str | None, what_to_try: str, *, at: datetime
) -> dict[str, str]:
    password = new_password()
    person = create_user(
        username=username, name=name, nip="", password=password, by=None, at=at, is_demo=True
    )
    assign_role(
        user=person,
        role=role,
        opd=agency(opd) if opd else None,
        decree_number=DECREE,
        decree_date=date(2026, 1, 2),
        valid_from=date(2026, 1, 2),
        valid_to=None,
        by=None,
        at=at,
    )
    return {"username": username, "password": password, "role": role.label, "what_to_try": what_to_try}
