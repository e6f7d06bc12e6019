from django.apps import AppConfig


class EmoneyConfig(AppConfig):
    name = "payments.emoney"
    label = "emoney"
    verbose_name = "Uang elektronik"

    def ready(self) -> None:
        from opd import audit
        from opd.navigation import Item, Task, register, register_task
        from opd.office.exports import kinds
        from payments.emoney import exporting, home, subjects
        from payments.ledger import origins
        from payments.ledger.sources import must_have_journal
        from payments.spending.services import pages

        kinds.register(exporting.KIND)
        pages.register(subjects.page_of)
        register(Item("Daftar kartu", "emoney:card_list", "emoney.view", 260, "kartu"))
        register(Item("Transaksi belum beres", "emoney:tap_list", "emoney.view", 261, "jam"))
        register(Item("Riwayat kartu", "emoney:history_list", "emoney.manage", 262, "unggah"))
        register(Item("Kartu saya", "emoney:my_taps", "emoney.report", 263, "orang"))
        register_task(Task("emoney.report", home.my_receipts, 260))
        register_task(Task("emoney.manage", home.to_charge, 261))
        register_task(Task("emoney.manage", home.year_end, 262))
        card = {"opd": "card.opd_id", "page": "card_id"}
        for room, model, title in (
            ("emoney_topup", "emoney.TopUp", "Isi ulang kartu"),
            ("emoney_return", "emoney.Return", "Uang kembali dari kartu"),
        ):
            fields = ("card", "account", "amount", "paid_date", "reference_no")
            told = origins.row(model, title, "emoney:card_detail", "emoney.view", *fields, **card)
            origins.register(room, told, place=10)
        must_have_journal("emoney.top_up", "SELECT 'emoney_topup:' || id FROM emoney_topup")
        must_have_journal("emoney.return", "SELECT 'emoney_return:' || id FROM emoney_return")
        audit.name_actions(
            emoney_card__register="Kartu uang elektronik didaftarkan",
            emoney_card__block="Kartu uang elektronik diblokir",
            emoney_card__unblock="Blokir kartu uang elektronik dibuka",
            emoney_card__end="Kartu uang elektronik diakhiri",
            emoney__top_up="Kartu diisi ulang",
            emoney__return="Uang dari kartu kembali",
            emoney_history__save="Riwayat kartu disimpan",
            emoney_history__drop="Riwayat kartu dibuang",
            emoney__report="Transaksi dilaporkan pemegang",
            emoney__withdraw_report="Laporan transaksi ditarik pemegang",
            emoney__charge="Transaksi dibebankan ke anggaran",
            emoney__repay="Transaksi diganti pemegang",
            emoney__explain="Transaksi kartu dijelaskan",
        )
