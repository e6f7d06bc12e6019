from django.apps import AppConfig


class ConsistencyConfig(AppConfig):
    name = "tp2dd.consistency"
    label = "consistency"
    verbose_name = "Konsistensi rencana"

    def ready(self) -> None:
        from opd import audit
        from opd.navigation import Item, Task, register, register_task
        from opd.planning.services import when_saved
        from tp2dd.consistency import home, tasks

        see = "consistency.view"
        register(Item("Konsistensi rencana", "consistency:matrix", see, 531, "neraca"))
        register(Item("Temuan konsistensi", "consistency:finding_list", see, 532, "ingat"))
        register_task(Task("consistency.explain", home.to_explain, 531))
        register_task(Task("consistency.decide", home.to_decide, 532))
        when_saved(tasks.follow)
        audit.name_actions(
            consistency__run="Konsistensi dihitung ulang",
            consistency__explained="Temuan konsistensi dijelaskan",
            consistency__assigned="Temuan konsistensi ditugaskan",
            consistency__accepted="Temuan konsistensi diterima",
            consistency__sent_back="Penjelasan temuan dikembalikan",
        )
