from django.apps import AppConfig


class Tp2ddConfig(AppConfig):
    name = "tp2dd"
    label = "tp2dd"
    verbose_name = "TP2DD"

    def ready(self) -> None:
        from opd import audit
        from opd.navigation import Item, Task, register, register_task
        from tp2dd import home
        from tp2dd.rollout import home as rollout_home
        from tp2dd.transparency import home as transparency_home

        register(Item("Papan TP2DD", "tp2dd:dashboard", "dashboard.view", 500, "grafik"))
        register(Item("Penerimaan per titik", "tp2dd:takings", "dashboard.view", 501, "grafik"))
        register_task(Task("dashboard.view", home.dashboard, 500))
        register(Item("Peluncuran OPD", "tp2dd:rollout_matrix", "rollout.view", 510, "gedung"))
        register(Item("Porsi nontunai", "tp2dd:rollout_share", "rollout.view", 511, "grafik"))
        register_task(Task("rollout.manage", rollout_home.rollout, 510))
        register(Item("Keterbukaan", "tp2dd:disclosure", "transparency.view", 540, "gedung"))
        register_task(Task("transparency.decide", transparency_home.undecided, 3))
        audit.name_actions(
            board__baseline="Keadaan sebelum nontunai dicatat",
            rollout__tick="Syarat kesiapan dicentang",
            rollout__untick="Centang kesiapan dicabut",
            rollout__ready="Kesiapan berubah",
            rollout__start_pilot="Uji coba dimulai",
            rollout__stop_pilot="Uji coba dihentikan",
            rollout__judge="Uji coba dinilai",
            rollout__make_mandatory="Kanal diwajibkan",
            transparency__decide="Keterbukaan diputuskan",
        )
