from django.apps import AppConfig


class RefundsConfig(AppConfig):
    name = "retribusi.refunds"
    label = "refunds"
    verbose_name = "Pengembalian"

    def ready(self) -> None:
        from opd import audit
        from opd.navigation import Item, Task, register, register_task
        from opd.office import attachments, documents
        from opd.office.exports import kinds
        from retribusi.refunds import exporting, home, papers, subjects

        kinds.register(exporting.KIND)
        attachments.register_subject(
            subjects.TYPE, may_view=subjects.may_view, may_add=subjects.may_add, kinds=subjects.kinds,
            back=subjects.back, title=subjects.title,
        )  # fmt: skip
        documents.register(papers.APPLICATION)
        documents.register(papers.SKRDLB)
        register(Item("Pengembalian", "refunds:refund_list", "refund.view", 112, "kembali"))
        register(Item("Titipan", "refunds:desk", "refund.view", 113, "dompet"))
        register_task(Task("refund.propose", home.to_answer, 112))
        register_task(Task("refund.approve", home.to_decide, 113))
        register_task(Task("refund.approve", home.to_compensate, 113))
        register_task(Task("refund.pay", home.to_pay, 114))
        audit.name_actions(
            refund_request__filed="Permohonan pengembalian masuk",
            refund_request__taken="Permohonan pengembalian diusulkan",
            refund_request__declined="Permohonan pengembalian tidak dikabulkan",
            refund_request__read_contact="Kontak pemohon dibaca",
            refund_request__forget_contact="Kontak pemohon dihapus",
        )
