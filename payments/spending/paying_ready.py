"""What paying adds to the product when it starts."""


def ready() -> None:
    """Navigation, cards and words."""
    from opd import audit
    from opd.navigation import Item, Task, register, register_task
    from payments.spending import pay_home, unsure_home

    register(Item("Bayar belanja", "spending:pay_list", "spend.pay", 235, "lanjut"))
    register(Item("Berkas CMS", "spending:bulk_list", "spend.pay", 236, "berkas"))
    register_task(Task("spend.pay", pay_home.without_answer, 234))
    register_task(Task("spend.pay", pay_home.ready_to_pay, 235))
    register_task(Task("spend.pay", pay_home.bulk_waiting, 236))
    register_task(Task("spend.pay", unsure_home.to_propose, 234))
    register_task(Task("spend.verify", unsure_home.to_confirm, 234))
    register_task(Task("spend.verify", unsure_home.contradicted, 233))
    register_task(Task("spend.pay", unsure_home.contradicted, 233))
    audit.name_actions(
        payee__check="Nama penerima diperiksa ke bank",
        payment__prove="Pembayaran terbukti di rekening koran",
        payment__ruling_propose="Hasil pembayaran diusulkan menurut bank",
        payment__ruling_confirm="Hasil pembayaran dipastikan",
        payment__ruling_decline="Usulan hasil pembayaran ditolak",
        payment__ruling_lapse="Usulan hasil gugur: bank menjawab sendiri",
        payment__contradicted="Kabar bank berlawanan, tidak dibukukan",
        payment__contradiction_close="Kabar bank yang berlawanan diselesaikan",
        bulk_file__make="Berkas CMS dibuat",
        bulk_file__answer="Hasil berkas CMS dibaca",
        bulk_file__withdraw="Berkas CMS ditarik",
    )
