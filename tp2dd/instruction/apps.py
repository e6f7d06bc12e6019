from django.apps import AppConfig


class InstructionConfig(AppConfig):
    name = "tp2dd.instruction"
    label = "instruction"
    verbose_name = "Instruksi Sekda"

    def ready(self) -> None:
        from opd import audit
        from opd.navigation import Item, Task, register, register_task
        from opd.office import attachments, documents
        from tp2dd.instruction import home, papers, subjects

        documents.register(papers.REMINDER)
        documents.register(papers.BRIEF)
        for subject in subjects.ALL:
            attachments.register_subject(
                subject.name, may_view=subject.may_view, may_add=subject.may_add, kinds=subject.kinds,
                back=subject.back, title=subject.title,
            )  # fmt: skip
        register(Item("Instruksi Sekda", "instruction:list", "instruction.view", 501, "jejak"))
        register_task(Task("instruction.issue", home.to_lead, 1))
        register_task(Task("instruction.issue", home.to_issue, 2))
        register_task(Task("instruction.remind", home.to_follow, 501))
        register_task(Task("instruction.answer", home.to_answer, 501))
        audit.name_actions(
            instruction__draft="Konsep instruksi disusun",
            instruction__edit="Konsep instruksi diubah",
            instruction__drop="Konsep instruksi dibatalkan",
            instruction__add_point="Butir instruksi ditambah",
            instruction__remove_point="Butir instruksi dihapus",
            instruction__issue="Instruksi diterbitkan",
            instruction__replace="Instruksi diganti",
            instruction__close="Instruksi ditutup",
            instruction__acknowledge="Instruksi dinyatakan diterima",
            instruction__report="Butir instruksi dilaporkan",
            instruction__accepted="Laporan butir diterima",
            instruction__returned="Laporan butir dikembalikan",
            instruction__remind="Surat pengingat diterbitkan",
        )
