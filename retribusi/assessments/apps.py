from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "retribusi.assessments"
    label = "assessments"
    verbose_name = "Penetapan retribusi"

    def ready(self) -> None:
        from opd import audit
        from opd.navigation import Item, Task, register, register_task
        from opd.office import documents
        from opd.office.exports import kinds
        from payments.auditing import references
        from payments.incoming import registry
        from retribusi import proofs, things
        from retribusi.assessments import exporting, home, papers, receipting, receiving
        from retribusi.assessments.payable import KIND, NAMES, SkrdPayable
        from retribusi.stbp import sources

        kinds.register(exporting.KIND)
        registry.register(KIND, SkrdPayable())
        things.register(KIND, NAMES)
        references.register(
            references.Kind(
                "skrd", "SKRD", "assessments:skrd_detail", "pk", "assessments.Skrd", "assessments.view"
            )
        )
        proofs.register(receipting.find)
        sources.register(receiving.SUBJECT, receiving.SOURCE)
        for kind in papers.KINDS:
            documents.register(kind)
        see = "assessments.view"
        register(Item("SKRD", "assessments:skrd_list", see, 310, "berkas"))
        register(Item("Wajib retribusi", "assessments:wajib_list", see, 311, "orang"))
        register(Item("Penagihan", "assessments:collection", see, 312, "ingat"))
        register(Item("Umur piutang", "assessments:receivables", see, 313, "grafik"))
        register_task(Task(see, home.receivables_card, 105))
        register_task(Task("assessments.issue", home.letters_card, 106))
        audit.name_actions(
            wajib__register="Wajib retribusi didaftarkan",
            wajib__amend="Data wajib retribusi diubah",
            wajib__read_identity="NIK atau NPWP wajib retribusi dibaca",
            skrd__issue="SKRD diterbitkan",
            skrd__void="SKRD dibatalkan",
            skrd__decide="Keputusan atas SKRD dicatat",
            skrd__paid="Tagihan SKRD lunas",
            skrd__unpaid="Pembayaran SKRD dengan titipan dibatalkan",
            letter__issue="Surat penagihan diterbitkan",
            skrd_file__upload="Berkas SKRD diunggah",
            skrd_file__confirm="Berkas SKRD dikonfirmasi untuk diterbitkan",
            skrd_file__drop="Berkas SKRD dibuang",
            skrd_file__done="Berkas SKRD selesai diterbitkan",
        )
