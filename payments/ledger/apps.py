from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "payments.ledger"
    label = "ledger"
    verbose_name = "Buku besar"

    def ready(self) -> None:
        from opd import audit
        from payments.ledger import checks  # noqa: F401

        audit.name_actions(journal__reverse="Jurnal dibalik")
