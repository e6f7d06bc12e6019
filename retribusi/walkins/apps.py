from django.apps import AppConfig


class WalkInsConfig(AppConfig):
    name = "retribusi.walkins"
    label = "walkins"
    verbose_name = "QRIS statis"

    def ready(self) -> None:
        from opd import audit
        from opd.navigation import Item, Task, register, register_task
        from opd.office import attachments
        from retribusi.walkins import home, subjects

        attachments.register_subject(
            subjects.TYPE, may_view=subjects.may_view, may_add=subjects.may_add, kinds=subjects.kinds,
            back=subjects.back, title=subjects.title,
        )  # fmt: skip
        register(Item("Uang QRIS statis", "walkins:credit_list", "walkins.claim", 91, "terima"))
        register(Item("Hitung kepala", "walkins:count", "walkins.count", 92, "orang"))
        register(Item("Tiket – Uang – Kepala", "walkins:gap_list", "takings.view", 304, "grafik"))
        register(Item("Jam setor", "walkins:deposit_clock", "takings.view", 305, "jam"))
        register(Item("QRIS tak terdaftar", "walkins:case_list", "phantom.view", 111, "ingat"))
        register_task(Task("phantom.handle", home.open_cases, 111))
        register_task(Task("walkins.claim", home.to_claim, 91))
        audit.name_actions(
            walkins__claim="Uang QRIS statis diklaim sebagai tiket",
            walkins__count="Kepala pengunjung dihitung",
            phantom__open="Kasus QRIS tak terdaftar dibuka",
            phantom__assign="Kasus QRIS tak terdaftar diteruskan",
            phantom__investigate="Kasus QRIS tak terdaftar diperiksa",
            phantom__close="Kasus QRIS tak terdaftar ditutup",
        )
