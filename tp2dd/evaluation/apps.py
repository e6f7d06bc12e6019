from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "tp2dd.evaluation"
    label = "evaluation"
    verbose_name = "Penilaian TP2DD"

    def ready(self) -> None:
        from opd import audit
        from opd.navigation import Item, Task, register, register_task
        from opd.office import attachments
        from tp2dd.evaluation import facts, home, subjects
        from tp2dd.evaluation.sources import SOURCES

        for source in SOURCES:
            facts.register(source)
        one = subjects.ITEM
        attachments.register_subject(
            one.name, may_view=one.may_view, may_add=one.may_add, kinds=one.kinds, back=one.back,
            title=one.title, pictures_only=one.pictures_only,
        )  # fmt: skip
        see = "evaluation.view"
        register(Item("Penilaian", "evaluation:campaign_list", see, 525, "perisai"))
        register(Item("Hasil penilaian", "evaluation:ranking", see, 526, "grafik"))
        register_task(Task("evaluation.fill", home.to_fill, 540))
        register_task(Task("evaluation.manage", home.to_manage, 540))
        register_task(Task("evaluation.review", home.to_review, 541))
        register_task(Task("evaluation.decide", home.to_decide, 541))
        audit.name_actions(
            evaluation__open="Masa penilaian dibuka",
            evaluation__read="Nilai otomatis dibaca ulang",
            evaluation__rerubric="Rubrik masa penilaian diganti",
            evaluation__stage="Tahap penilaian berganti",
            evaluation__said="Indikator dinilai",
            evaluation__submit="Penilaian mandiri disampaikan",
            evaluation__reviewed="Lembar penilaian ditinjau",
            evaluation__final="Nilai ditetapkan",
            evaluation__publish="Nilai diumumkan",
            evaluation__correct="Perbaikan penilaian dibuka",
            evaluation__rubric="Rubrik penilaian ditetapkan",
        )
