from django.apps import AppConfig


class AuditingConfig(AppConfig):
    name = "payments.auditing"
    label = "auditing"
    verbose_name = "Meja auditor"

    def ready(self) -> None:
        from opd import audit
        from opd.navigation import Item, Task, register, register_task
        from opd.office import attachments, documents
        from payments.auditing import home, lists, papers, references, reports, subjects

        documents.register(papers.KIND)
        attachments.register_subject(
            subjects.TYPE, may_view=subjects.may_view, may_add=subjects.may_add, kinds=subjects.kinds,
            back=subjects.back, title=subjects.title,
        )  # fmt: skip
        for kind in (
            references.Kind(
                "journal", "Jurnal", "ledger:journal_detail", "journal_id", "ledger.Journal", "ledger.view"
            ),
            references.Kind(
                "spend", "Belanja", "spending:spend_detail", "pk", "spending.Spend", "spend.view"
            ),
            references.Kind(
                "file", "Berkas bank", "reconciliation:file_detail", "pk", "reconciliation.ImportedFile",
                "reconciliation.view",
            ),
        ):  # fmt: skip
            references.register(kind)
        for report in reports.REPORTS:
            lists.register(report)
        register(Item("Temuan", "auditing:finding_list", "auditing.view", 700, "ingat"))
        register(Item("Sampel", "auditing:sample_list", "auditing.work", 701, "cocok"))
        register(Item("Daftar periksa", "auditing:list_index", "auditing.work", 702, "berkas"))
        register(Item("Matriks akses", "auditing:access_matrix", "auditing.work", 703, "orang"))
        register_task(Task("auditing.answer", home.to_answer, 700))
        register_task(Task("auditing.work", home.to_judge, 701))
        audit.name_actions(
            finding__recorded="Temuan dicatat",
            finding__answered="Temuan dijawab",
            finding__judged="Tindak lanjut temuan dinilai",
            finding__withdrawn="Temuan dicabut",
            sample__draw="Sampel diambil",
        )
