from django.apps import AppConfig

PAID = "SELECT 'spend:' || id || ':paid' FROM spending_spend WHERE state IN ('paid', 'verified', 'passed')"
DEPOSITED = (
    "SELECT 'tax:' || t.id || ':deposited' FROM spending_taxline t JOIN spending_spend s ON s.id = t.spend_id"
    " WHERE t.deposited_date IS NOT NULL AND s.source <> 'ls'"
)
REFUNDED = "SELECT 'spend:' || spend_id || ':refund:' || number FROM spending_refund"


class SpendingConfig(AppConfig):
    name = "payments.spending"
    label = "spending"
    verbose_name = "Belanja nontunai"

    def ready(self) -> None:
        from opd import audit
        from opd.navigation import Item, Task, register, register_task
        from opd.office import attachments, documents
        from opd.office.exports import kinds
        from payments.ledger import origins as books
        from payments.ledger.sources import must_have_journal
        from payments.spending import claims_ready, exporting, home, npd, origins, paying_ready, subjects

        for each in exporting.KINDS:
            kinds.register(each)
        documents.register(npd.KIND)
        attachments.register_subject(
            subjects.TYPE, may_view=subjects.may_view, may_add=subjects.may_add, kinds=subjects.kinds,
            back=subjects.back, title=subjects.title,
        )  # fmt: skip
        books.register("spend", origins.SPEND, place=10)
        books.register("spend", origins.evidence, place=20)
        books.register("claim", origins.CLAIM, place=10)
        must_have_journal("spending.paid", PAID)
        must_have_journal("spending.tax_deposited", DEPOSITED)
        must_have_journal("spending.refunded", REFUNDED)
        register(Item("Belanja", "spending:spend_list", "spend.view", 230, "dompet"))
        register(Item("Penerima", "spending:payee_list", "spend.view", 235, "orang"))
        register(Item("Pajak", "spending:tax_list", "spend.view", 236, "neraca"))
        register(Item("Rekening bendahara", "spending:account_list", "spend.view", 237, "gedung"))
        register_task(Task("spend.raise", home.drafts, 230))
        register_task(Task("spend.approve", home.to_approve, 231))
        register_task(Task("spend.pay", home.to_test, 232))
        register_task(Task("spend.verify", home.to_verify, 238))
        register_task(Task("spend.pay", home.to_deposit, 239))
        audit.name_actions(
            spend__raise="Draf belanja dibuat",
            spend__amend="Draf belanja diubah",
            spend__submit="Belanja diajukan, anggaran ditahan",
            spend__approve="Belanja disetujui",
            spend__reject="Belanja ditolak, anggaran dilepas",
            spend__cancel="Belanja dibatalkan, anggaran dilepas",
            spend__test="Belanja diuji",
            spend__pay_begin="Pembayaran belanja dimulai",
            spend__paid="Belanja dibayar dan dibukukan",
            spend__pay_fail="Pembayaran belanja gagal",
            spend__verify="Belanja diverifikasi",
            spend__ratify="Belanja disahkan SP2D",
            spend__refund="Pengembalian belanja dicatat",
            tax__billing="Kode billing dicatat",
            tax__deposit="Setoran pajak dicatat",
            payee__add="Penerima ditambahkan",
            payee__amend="Penerima diubah",
            payee__block="Penerima diblokir",
            payee__unblock="Blokir penerima dibuka",
            treasury_account__register="Rekening bendahara didaftarkan",
            treasury_account__end="Rekening bendahara diakhiri",
        )
        paying_ready.ready()
        claims_ready.ready()
