from django.apps import AppConfig


class WalkInsConfig(AppConfig):
    name = "retribusi.walkins"
    label = "walkins"
    verbose_name = "QRIS statis"

    def ready(self) -> None:
        from opd import audit
        from opd.navigation import Item, Task, register, register_task
        from retribusi.walkins import home

        register(Item("Uang QRIS statis", "walkins:credit_list", "walkins.claim", 91, "terima"))
        register(Item("Hitung kepala", "walkins:count", "walkins.count", 92, "orang"))
        register(Item("Tiket – Uang – Kepala", "walkins:gap_list", "takings.view", 304, "grafik"))
        register_task(Task("walkins.claim", home.to_claim, 91))
        audit.name_actions(
            walkins__claim="Uang QRIS statis diklaim sebagai tiket",
            walkins__count="Kepala pengunjung dihitung",
        )
