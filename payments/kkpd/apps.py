from django.apps import AppConfig


class KkpdConfig(AppConfig):
    name = "payments.kkpd"
    label = "kkpd"
    verbose_name = "Kartu kredit pemerintah daerah"

    def ready(self) -> None:
        from opd import audit
        from opd.navigation import Item, Task, register, register_task
        from opd.office import attachments, documents
        from opd.office.exports import kinds
        from payments.kkpd import evidence, exporting, home
        from payments.kkpd.papers import KINDS
        from payments.ledger import origins
        from payments.ledger.sources import must_have_journal
        from payments.spending.services import pages

        kinds.register(exporting.KIND)
        for kind in KINDS:
            documents.register(kind)
        attachments.register_subject(
            "kkpd.dprline",
            may_view=evidence.may_view,
            may_add=evidence.may_add,
            kinds=evidence.kinds,
            back=evidence.back,
            title=evidence.title,
        )
        pages.register(evidence.page_of)
        register(Item("Belanja kartu", "kkpd:line_list", "kkpd.view", 250, "kartu"))
        register(Item("DPR", "kkpd:dpr_list", "kkpd.view", 251, "berkas"))
        register(Item("Tagihan KKPD", "kkpd:bill_list", "kkpd.view", 252, "cocok"))
        register(Item("Kartu KKPD", "kkpd:card_list", "kkpd.view", 253, "perisai"))
        register(Item("KKPD terlambat", "kkpd:late_list", "kkpd.view", 254, "jam"))
        register(Item("Rekap KKPD", "kkpd:recap", "kkpd.view", 255, "grafik"))
        register_task(Task("kkpd.report", home.to_report, 250))
        register_task(Task("kkpd.report", home.to_gather, 251))
        register_task(Task("kkpd.sign", home.to_sign, 252))
        register_task(Task("kkpd.test", home.to_test, 253))
        register_task(Task("kkpd.settle", home.to_settle, 254))
        register_task(Task("kkpd.view", home.late, 255))
        origins.register(
            "card_bill",
            origins.row(
                "kkpd.Bill", "Tagihan KKPD", "kkpd:bill_detail", "kkpd.view",
                "number", "bank_code", "due_date", "total", "count", "paid_date",
            ),
            place=10,
        )  # fmt: skip
        must_have_journal(
            "kkpd.bill_paid",
            "SELECT 'card_bill:' || id || ':paid' FROM kkpd_bill WHERE settled_at IS NOT NULL",
        )
        audit.name_actions(
            kkpd_card__register="Kartu KKPD didaftar",
            kkpd_card__block="Kartu KKPD diblokir",
            kkpd_card__unblock="Blokir kartu KKPD dibuka",
            kkpd_card__limit="Limit kartu KKPD diubah",
            kkpd_line__report="Belanja kartu dilaporkan",
            kkpd_line__withdraw="Laporan belanja kartu ditarik",
            kkpd_dpr__draft="DPR disusun",
            kkpd_dpr__sign="DPR ditandatangani PPTK",
            kkpd_dpr__void="DPR dibatalkan",
            kkpd_bill__import="Tagihan KKPD diimpor",
            kkpd_bill_file__receive="Berkas tagihan KKPD diterima",
            kkpd_bill_file__teach="Bentuk tagihan KKPD dikenalkan",
            kkpd_bill_file__drop="Berkas tagihan KKPD dibatalkan",
            kkpd_bill__match="Baris tagihan dicocokkan",
            kkpd_bill__unmatch="Baris tagihan dilepas dari laporan",
            kkpd_bill__approve="Baris tagihan lolos uji",
            kkpd_bill__reject="Baris tagihan ditolak",
            kkpd_bill__letter="Surat penolakan diterbitkan",
            kkpd_bill__npd="NPD KKPD dibuat",
            kkpd_bill__verify="LPJ KKPD diverifikasi",
            kkpd_bill__claim="SPP-GU KKPD dibuat",
            kkpd_bill__settle="Tagihan KKPD dilunasi",
            kkpd_bill__holder_paid="Bagian pemegang dibayar pemegang",
            kkpd_dpt__issue="DPT diterbitkan",
        )
