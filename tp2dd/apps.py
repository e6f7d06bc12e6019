from django.apps import AppConfig


class Tp2ddConfig(AppConfig):
    name = "tp2dd"
    label = "tp2dd"
    verbose_name = "TP2DD"

    def ready(self) -> None:
        from opd.navigation import Item, Task, register, register_task
        from tp2dd import home

        register(Item("Papan TP2DD", "tp2dd:dashboard", "dashboard.view", 500, "grafik"))
        register_task(Task("dashboard.view", home.dashboard, 500))
