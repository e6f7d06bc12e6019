from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "payments.ledger"
    label = "ledger"
    verbose_name = "Buku besar"

    def ready(self) -> None:
        from opd import audit
        from opd.navigation import Item, register
        from opd.office.exports import kinds
        from payments.ledger import checks, exporting  # noqa: F401

        register(Item("Jurnal", "ledger:journal_list", "ledger.view", 400, "buku"))
        register(Item("Neraca saldo", "ledger:trial_balance", "ledger.view", 410, "neraca"))
        register(Item("Tutup buku", "ledger:period_list", "ledger.view", 420, "kalender"))
        audit.name_actions(
            journal__reverse="Jurnal dibalik",
            period__close="Buku bulanan ditutup",
            period__reopen="Buku bulanan dibuka lagi",
        )
        kinds.register(exporting.KIND)
