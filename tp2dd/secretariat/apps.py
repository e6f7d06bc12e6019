from django.apps import AppConfig


class SecretariatConfig(AppConfig):
    name = "tp2dd.secretariat"
    label = "secretariat"
    verbose_name = "Meja sekretaris TP2DD"

    def ready(self) -> None:
        from opd import audit
        from opd.navigation import Item, Task, register, register_task
        from opd.office import attachments, documents
        from tp2dd.etpd import facts
        from tp2dd.secretariat import etpd_facts, home, papers, sources, subjects

        for kind in papers.ALL:
            documents.register(kind)
        for subject in subjects.ALL:
            attachments.register_subject(
                subject.name, may_view=subject.may_view, may_add=subject.may_add, kinds=subject.kinds,
                back=subject.back, title=subject.title,
            )  # fmt: skip
        for source in etpd_facts.SOURCES:
            facts.register(source)
        sources.register_all()
        register(Item("Meja sekretaris", "secretariat:desk", "secretariat.view", 540, "pesan"))
        register(Item("Permintaan data", "secretariat:request_list", "datarequests.view", 541, "unduh"))
        register(Item("Tenggat", "secretariat:deadline_list", "calendar.view", 543, "kalender"))
        register_task(Task("secretariat.manage", home.to_judge, 540))
        register_task(Task("datarequests.answer", home.to_answer, 541))
        audit.name_actions(
            secretariat__decree="Keputusan TP2DD dicatat",
            secretariat__seat="Kedudukan TP2DD ditambahkan",
            secretariat__appoint="Pemegang kedudukan TP2DD dicatat",
            secretariat__activity="Kegiatan TP2DD dicatat",
            secretariat__void_activity="Catatan kegiatan TP2DD dibatalkan",
            secretariat__agreement="Perjanjian kerja sama dicatat",
            secretariat__end_agreement="Perjanjian kerja sama diakhiri",
            secretariat__meeting="Rapat TP2DD direncanakan",
            secretariat__invite="Undangan rapat TP2DD terbit",
            secretariat__hold="Notulen rapat TP2DD terbit",
            secretariat__cancel_meeting="Rapat TP2DD dibatalkan",
            secretariat__request_asked="Data diminta",
            secretariat__request_answered="Permintaan data dijawab",
            secretariat__request_sent_back="Jawaban data dikembalikan",
            secretariat__request_accepted="Jawaban data diterima",
            secretariat__request_withdrawn="Permintaan data dibatalkan",
            secretariat__request_reminded="Surat pengingat data terbit",
            secretariat__score="Capaian kabupaten/kota dicatat",
            secretariat__scores="Capaian kabupaten/kota diimpor",
            secretariat__figures_upload="Angka bulanan diunggah",
            secretariat__figures_save="Angka bulanan disimpan",
            secretariat__figures_drop="Angka bulanan dibuang",
            calendar__make="Alamat kalender dibuat",
            calendar__revoke="Alamat kalender dicabut",
        )
