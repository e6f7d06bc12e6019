from django.apps import AppConfig

TAKEN = "SELECT 'sale:' || order_id || ':taken' FROM counter_sale WHERE journal IS NOT NULL"
DEPOSITED = "SELECT 'sts:' || id || ':deposited' FROM counter_deposit"
CREDITED = (
    "SELECT 'sts:' || d.id || step FROM counter_deposit d"
    " CROSS JOIN (VALUES (':credited'), (':revenue')) s (step)"
    " WHERE d.credited_date IS NOT NULL"
)


class CounterConfig(AppConfig):
    name = "retribusi.counter"
    label = "counter"
    verbose_name = "Loket"

    def ready(self) -> None:
        from opd import audit
        from opd.navigation import Item, Task, register, register_task
        from opd.office import documents
        from opd.office.exports import kinds
        from payments.auditing import lists
        from payments.ledger import origins
        from payments.ledger.sources import must_have_journal
        from retribusi.counter import exporting, home, lateness, papers, receiving
        from retribusi.stbp import sources

        for each in exporting.KINDS:
            kinds.register(each)
        documents.register(papers.STS)
        lists.register(lateness.REPORT)
        sources.register(receiving.SUBJECT, receiving.SOURCE)
        origins.register(
            "sale",
            origins.row(
                "retribusi.Order", "Penjualan loket", "counter:order", "counter.sell",
                "point", "channel", "state", opd="point.opd_id",
            ),
            place=10,
        )  # fmt: skip
        origins.register(
            "sts",
            origins.row(
                "counter.Deposit", "Setoran tunai (STS)", "counter:deposit_detail", "takings.view",
                "opd", "amount", "deposited_at", "reference", "credited_date", "credited_reference",
            ),
            place=10,
        )  # fmt: skip
        must_have_journal("counter.taken", TAKEN)
        must_have_journal("counter.deposited", DEPOSITED)
        must_have_journal("counter.credited", CREDITED)
        register(Item("Loket", "counter:desk", "counter.sell", 90, "dompet"))
        register(Item("Penjualan loket", "counter:sale_list", "counter.view", 301, "berkas"))
        register(Item("Shift loket", "counter:shift_list", "counter.view", 302, "jam"))
        register(Item("Setoran tunai", "counter:deposit_list", "takings.view", 303, "unggah"))
        register_task(Task("counter.sell", home.my_shift, 90))
        register_task(Task("counter.deposit", home.cash_to_deposit, 101))
        register_task(Task("counter.confirm", home.deposits_to_find, 305))
        audit.name_actions(
            shift__open="Shift loket dibuka",
            shift__close="Shift loket ditutup",
            counter__sell="Dijual di loket",
            counter__deposit="Tunai loket disetor (STS)",
            counter__credit="Setoran STS ditemukan di RKUD",
        )
