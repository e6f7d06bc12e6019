from django.apps import AppConfig


class StbpConfig(AppConfig):
    name = "retribusi.stbp"
    label = "stbp"
    verbose_name = "Tanda Bukti Penerimaan"

    def ready(self) -> None:
        from opd.navigation import Item, register
        from opd.office import documents
        from retribusi.stbp import papers

        documents.register(papers.STBP)
        register(Item("Tanda Bukti Penerimaan", "stbp:tbp_list", "takings.view", 303, "berkas"))
