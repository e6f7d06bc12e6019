from django.apps import AppConfig


class EtpdConfig(AppConfig):
    name = "tp2dd.etpd"
    label = "etpd"
    verbose_name = "Meja ETPD"

    def ready(self) -> None:
        from opd import audit
        from opd.navigation import Item, Task, register, register_task
        from opd.office import attachments, documents
        from tp2dd.etpd import facts, home, report, subjects
        from tp2dd.etpd.sources import budget, channels, people, spending

        for source in (*people.SOURCES, *budget.SOURCES, *spending.SOURCES, *channels.SOURCES):
            facts.register(source)
        documents.register(report.KIND)
        for subject in subjects.ALL:
            attachments.register_subject(
                subject.name, may_view=subject.may_view, may_add=subject.may_add, kinds=subject.kinds,
                back=subject.back, title=subject.title,
            )  # fmt: skip
        register(Item("Kuesioner ETPD", "etpd:semester_list", "etpd.view", 520, "berkas"))
        register(Item("Permintaan ETPD", "etpd:my_requests", "etpd.answer", 521, "pesan"))
        register_task(Task("etpd.fill", home.to_fill, 520))
        register_task(Task("etpd.review", home.to_review, 520))
        register_task(Task("etpd.answer", home.to_answer, 521))
        audit.name_actions(
            etpd__open="Semester ETPD dibuka",
            etpd__answer="Kolom ETPD diisi",
            etpd__facts="Fakta ETPD dibaca ulang",
            etpd__ask="Jawaban ETPD diminta",
            etpd__reply="Permintaan ETPD dijawab",
            etpd__withdraw="Permintaan ETPD dibatalkan",
            etpd__submit="ETPD dikirim untuk diperiksa",
            etpd__remark="Catatan pemeriksa ETPD",
            etpd__returned="ETPD dikembalikan pemeriksa",
            etpd__accepted="ETPD disetujui pemeriksa",
            etpd__freeze="Semester ETPD dibekukan",
            etpd__file="Penyampaian ETPD dicatat",
            etpd__correct="Perbaikan ETPD dibuka",
            etpd__rubric="Rubrik simulasi ditetapkan",
        )
