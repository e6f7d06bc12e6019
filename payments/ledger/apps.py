from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "payments.ledger"
    label = "ledger"
    verbose_name = "Buku besar"

    def ready(self) -> None:
        from opd import audit

        audit.name_actions(journal__reverse="Jurnal dibalik")
