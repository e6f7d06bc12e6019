from django.apps import AppConfig

MOVED = "SELECT 'cash:' || id || ':posted' FROM books_cashmovement"


class BooksConfig(AppConfig):
    name = "payments.books"
    label = "books"
    verbose_name = "Pembukuan bendahara"

    def ready(self) -> None:
        from opd import audit
        from opd.navigation import Item, Task, register, register_task
        from opd.office import documents
        from payments.books import home, papers
        from payments.books.services.cash import bank_held, cash_held
        from payments.books.services.closing import first_open_day
        from payments.ledger import origins, periods
        from payments.ledger.sources import must_have_journal
        from payments.spending.services import closing, safe

        closing.register(first_open_day)
        periods.ask(home.months_open)
        safe.register(cash_held)
        safe.register_bank(bank_held)
        origins.register(
            "cash",
            origins.row(
                "books.CashMovement", "Gerak tunai atau panjar", "", "",
                "kind", "amount", "moved_date", "holder", "reference", "reason",
            ),
            place=10,
        )  # fmt: skip
        must_have_journal("books.cash", MOVED)
        for kind in papers.KINDS:
            documents.register(kind)
        register(Item("Buku bendahara", "books:overview", "books.view", 265, "buku"))
        register(Item("Tunai dan panjar", "books:cash_list", "books.view", 267, "terima"))
        register(Item("Rekening koran", "books:statement_list", "books.view", 269, "cocok"))
        register(Item("LPJ", "books:report_list", "books.view", 271, "berkas"))
        register(Item("LPJ penerimaan", "books:receipts_list", "takings.view", 305, "berkas"))
        register_task(Task("books.close", home.report_to_make, 265))
        register_task(Task("books.close", home.bank_differences, 267))
        register_task(Task("books.verify", home.reports_to_verify, 266))
        register_task(Task("books.approve", home.reports_to_approve, 266))
        register_task(Task("books.receipts", home.receipts_to_make, 305))
        audit.name_actions(
            books__close_month="Bulan ditutup",
            books__reopen_month="Bulan dibuka lagi",
            books__close_year="Tahun anggaran ditutup",
            books__move_cash="Gerak tunai atau panjar dicatat",
            books__inspect_cash="Kas diperiksa",
            books__hand_over="Pembukuan diserahterimakan",
            books__import_statement="Rekening koran bendahara diunggah",
            books__withdraw_statement="Rekening koran bendahara ditarik",
            books__pair_line="Baris rekening koran dicocokkan",
            books__explain="Selisih bank dijelaskan",
            report__draft="LPJ mulai disusun",
            report__submit="LPJ disampaikan",
            report__verify="LPJ diverifikasi",
            report__approve="LPJ disahkan",
            report__return="LPJ dikembalikan",
        )
