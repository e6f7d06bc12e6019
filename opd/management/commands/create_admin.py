"""The first administrator of an installation."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from opd.models import Role
from opd.office.calendar import day_of
from opd.services.people import assign_role, create_user, new_password


class Command(BaseCommand):
    help = "Membuat administrator dan mencetak sandi awalnya sekali saja."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="nama pengguna")
        parser.add_argument("--name", required=True, help="nama lengkap")
        parser.add_argument("--decree", required=True, help="nomor SK penetapan")

    @transaction.atomic
    def handle(self, *args: Any, username: str, name: str, decree: str, **options: Any) -> None:
        now, password = timezone.now(), new_password()
        today = day_of(now)
        try:
            user = create_user(username=username, name=name, nip="", password=password, by=None, at=now)
            assign_role(
                user=user,
                role=Role.ADMINISTRATOR,
                opd=None,
                decree_number=decree,
                decree_date=today,
                valid_from=today,
                valid_to=None,
                by=None,
                at=now,
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"Administrator {username} dibuat. Sandi awal (catat sekarang): {password}")
