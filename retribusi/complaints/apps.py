from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "retribusi.complaints"
    label = "complaints"
    verbose_name = "Pengaduan"

    def ready(self) -> None:
        from opd import audit
        from opd.navigation import Item, Task, register, register_task
        from opd.office import attachments
        from opd.office.exports import kinds
        from retribusi.complaints import exporting, home, subjects

        kinds.register(exporting.KIND)
        attachments.register_subject(
            subjects.TYPE, may_view=subjects.may_view, may_add=subjects.may_add, kinds=subjects.kinds,
            back=subjects.back, title=subjects.title,
        )  # fmt: skip
        register(Item("Pengaduan", "complaints:complaint_list", "complaints.view", 130, "pesan"))
        register_task(Task("complaints.handle", home.to_answer, 130))
        register_task(Task("complaints.assign", home.to_assign, 131))
        audit.name_actions(
            complaint__filed="Pengaduan masuk",
            complaint__assigned="Pengaduan diteruskan",
            complaint__message="Pesan pelapor ditambahkan",
            complaint__answer="Pengaduan dijawab",
            complaint__note="Catatan pengaduan ditulis",
            complaint__closed="Pengaduan ditutup",
            complaint__settled="Pelapor menyatakan selesai",
            complaint__unsettled="Pelapor menyatakan belum selesai",
            complaint__reopened="Pengaduan dibuka lagi",
            complaint__forget_contact="Kontak pelapor dihapus",
            complaint__read_contact="Kontak pelapor dibaca",
        )
