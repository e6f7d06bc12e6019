"""Prints the guest partner as JSON, for a SNAP client made elsewhere."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from payments.sandbox.partners import CredentialsError, credentials


class Command(BaseCommand):
    help = "Cetak kredensial mitra tamu bank uji coba sebagai JSON"
    requires_system_checks = ()
    requires_migrations_checks = False

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            found = credentials()
        except CredentialsError as error:
            raise CommandError(str(error)) from error
        guest = found.by_slug("guest")
        printed = {
            "url": found.bank_url,
            "client_id": guest.client.client_id,
            "client_secret": guest.client.client_secret,
            "private_key": guest.client.private_key,
            "partner_id": guest.partner_id,
            "channel_id": guest.channel_id,
            "merchant_id": guest.merchants[0].merchant_id,
        }
        self.stdout.write(json.dumps(printed, indent=2))
