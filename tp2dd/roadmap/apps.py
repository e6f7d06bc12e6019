from django.apps import AppConfig


class RoadmapConfig(AppConfig):
    name = "tp2dd.roadmap"
    label = "roadmap"
    verbose_name = "Peta jalan dan rencana aksi"

    def ready(self) -> None:
        from opd import audit
        from opd.navigation import Item, Task, register, register_task
        from opd.office import attachments
        from tp2dd.roadmap import due, home, subjects
        from tp2dd.secretariat import deadlines

        for subject in subjects.ALL:
            attachments.register_subject(
                subject.name, may_view=subject.may_view, may_add=subject.may_add, kinds=subject.kinds,
                back=subject.back, title=subject.title,
            )  # fmt: skip
        deadlines.register("aksi", due.actions)
        deadlines.register("evaluasi", due.evaluations)
        register(Item("Rencana aksi", "roadmap:action_list", "roadmap.view", 535, "cocok"))
        register_task(Task("roadmap.report", home.to_work_on, 535))
        register_task(Task("roadmap.manage", home.to_measure, 535))
        audit.name_actions(
            roadmap__record="Peta jalan dicatat",
            roadmap__indicator="Indikator peta jalan ditambahkan",
            roadmap__evaluation="Temuan evaluasi dicatat",
            roadmap__close_evaluation="Temuan evaluasi selesai",
            roadmap__planned="Aksi direncanakan",
            roadmap__progress="Kemajuan aksi dicatat",
            roadmap__done="Aksi dilaporkan selesai",
            roadmap__reopened="Aksi dikembalikan",
            roadmap__measured="Dampak aksi diukur",
            roadmap__cancelled="Aksi dibatalkan",
        )
