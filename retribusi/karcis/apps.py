from django.apps import AppConfig


class KarcisConfig(AppConfig):
    name = "retribusi.karcis"
    label = "karcis"
    verbose_name = "Karcis"

    def ready(self) -> None:
        from opd import audit
        from opd.navigation import Item, register

        register(Item("Karcis", "karcis:stock", "counter.view", 304, "kartu"))
        audit.name_actions(
            karcis__receive="Karcis diterima",
            karcis__use="Nomor karcis terpakai",
        )
