from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "opd.office"
    label = "office"
    verbose_name = "Perlengkapan kantor"

    def ready(self) -> None:
        from opd import audit
        from opd.navigation import Item, register
        from opd.office import archiving, evidence_archiving, exporting
        from opd.office.exports import kinds

        register(Item("Ekspor", "office:export_list", "export.take", 795, "unduh"))
        register(Item("Pembuktian", "office:proof", "proof.view", 790, "perisai"))
        register(Item("Arsip inaktif", "office:archive", "audit.view", 798, "berkas"))
        register(Item("Dokumen", "office:document_list", "documents.view", 800, "berkas"))
        for kind in exporting.KINDS:
            kinds.register(kind)
        archiving.register(evidence_archiving.HOLDING)
        audit.name_actions(
            account__step_up="Kode kedua diterima",
            account__step_up_failed="Kode kedua salah",
            document__issue="Dokumen diterbitkan",
            document__void="Dokumen dibatalkan",
            document__official="Nomor resmi dicatat",
            proof__ask="Pembuktian diminta",
            export__ask="Ekspor diminta",
            export__done="Ekspor selesai",
            archive__move="Dipindahkan ke arsip inaktif",
            backup__made="Cadangan dibuat",
            backup__restored="Cadangan dipulihkan",
            evidence__attach="Bukti dilampirkan",
            evidence__remove="Bukti dicabut",
            evidence__open_ticket="Unggah dari ponsel dibuka",
        )
