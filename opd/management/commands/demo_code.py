"""The six digits that a demo account's authenticator app would show now."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet
from django.utils import timezone

from opd import stepup
from opd.models import Role, RoleAssignment, User


class Command(BaseCommand):
    help = "Menampilkan kode kedua akun demo menurut peran atau nama pengguna; hanya di demo."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("who", metavar="PERAN|PENGGUNA", help="misalnya pptk, kuasa_bud, atau bendahara")

    def handle(self, *args: Any, who: str, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "Perintah ini hanya ada di demo. Akun sungguhan memakai aplikasi autentikator."
            )
        people = list(_people(who))
        if not people:
            roles = ", ".join(sorted(Role.values))
            raise CommandError(f"Tidak ada akun demo “{who}”. Peran: {roles}.")
        for person in people:
            try:
                code, seconds = stepup.demo_code(person)
            except ValueError as error:
                raise CommandError(f"{person.username}: {error}.") from error
            self.stdout.write(code if len(people) == 1 else f"{person.username}: {code}")
            self.stderr.write(f"Berlaku {seconds} detik lagi, untuk sekali pakai.")


def _people(who: str) -> QuerySet[User]:
    """The account of that name, else everybody who holds that role."""
    demo = User.objects.filter(is_demo=True, is_active=True).order_by("username")
    named = demo.filter(username=who)
    if named.exists():
        return named
    holders = RoleAssignment.objects.valid(on=timezone.localdate()).filter(role=who)
    return demo.filter(pk__in=holders.values("user"))
