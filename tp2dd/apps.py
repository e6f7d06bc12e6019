from django.apps import AppConfig


class Tp2ddConfig(AppConfig):
    name = "tp2dd"
    label = "tp2dd"
    verbose_name = "TP2DD"

    def ready(self) -> None:
        from opd.navigation import Item, register

        register(Item("Papan TP2DD", "tp2dd:dashboard", "dashboard.view", 500, "grafik"))
