from django.apps import AppConfig


class KkpdConfig(AppConfig):
    name = "payments.kkpd"
    label = "kkpd"
    verbose_name = "Kartu kredit pemerintah daerah"

    def ready(self) -> None:
        from opd import audit
        from opd.office import documents
        from payments.kkpd.papers import KINDS
        from payments.ledger.sources import must_have_journal

        for kind in KINDS:
            documents.register(kind)
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
