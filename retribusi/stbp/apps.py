from django.apps import AppConfig


class StbpConfig(AppConfig):
    name = "retribusi.stbp"
    label = "stbp"
    verbose_name = "Tanda Bukti Penerimaan"

    def ready(self) -> None:
        from opd.navigation import Item, register
        from opd.office import documents
        from opd.office.exports import kinds
        from retribusi.stbp import exporting, papers

        documents.register(papers.STBP)
        kinds.register(exporting.KIND)
        register(Item("Tanda Bukti Penerimaan", "stbp:tbp_list", "takings.view", 303, "berkas"))
