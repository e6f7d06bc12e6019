from django.apps import AppConfig

CREDITED = (
    "SELECT 'payment:' || payment_id || ':credited' FROM reconciliation_match"
    " WHERE credited_journal IS NOT NULL"
    " UNION ALL SELECT 'payment:' || payment_id || ':credited' FROM reconciliation_directcredit"
    " WHERE credited_journal IS NOT NULL"
)
REVENUE = (
    "SELECT 'payment:' || payment_id || ':revenue' FROM reconciliation_match"
    " WHERE revenue_journal IS NOT NULL"
    " UNION ALL SELECT 'payment:' || payment_id || ':revenue' FROM reconciliation_directcredit"
    " WHERE revenue_journal IS NOT NULL"
)


class ReconciliationConfig(AppConfig):
    name = "payments.reconciliation"
    label = "reconciliation"
    verbose_name = "Rekonsiliasi"

    def ready(self) -> None:
        from opd import audit
        from opd.navigation import Item, Task, register, register_task
        from opd.office import attachments, documents
        from opd.office.exports import kinds
        from payments.incoming import whereabouts
        from payments.ledger import origins as books
        from payments.ledger import periods
        from payments.ledger.sources import must_have_journal
        from payments.reconciliation import exporting, home, letter_papers, origins, sources, subjects
        from payments.reconciliation.queries.where import where
        from payments.reconciliation.services import examples
        from payments.reconciliation.services.lock import take_turn

        for paper in letter_papers.KINDS:
            documents.register(paper)
        for each in exporting.KINDS:
            kinds.register(each)
        sources.register_shelf(examples.SHELF)
        whereabouts.register(turn=take_turn, where=where)
        books.register("payment", origins.told, place=30)
        must_have_journal("reconciliation.credited", CREDITED)
        must_have_journal("reconciliation.revenue", REVENUE)
        periods.ask(home.differences_between)
        periods.ask(home.under_way_after)
        attachments.register_subject(
            subjects.TYPE, may_view=subjects.may_view, may_add=subjects.may_add, kinds=subjects.kinds,
            back=subjects.back, title=subjects.title,
        )  # fmt: skip
        see, resolve = "reconciliation.view", "reconciliation.resolve"
        register(Item("Rekonsiliasi", "reconciliation:overview", see, 300, "cocok"))
        register(Item("Berkas bank", "reconciliation:file_list", see, 310, "berkas"))
        register(Item("Selisih", "reconciliation:exception_list", see, 320, "ingat"))
        register(Item("Usulan pencocokan", "reconciliation:suggestion_list", see, 321, "cocok"))
        register_task(Task(resolve, home.waiting_suggestions, 311))
        register_task(Task(resolve, home.assigned_to_me, 309))
        register_task(Task(resolve, home.waiting_differences, 310))
        register_task(Task("settlement.upload", home.missing_settlement, 300))
        register_task(Task("statement.upload", home.missing_statement, 301))
        audit.name_actions(
            bank_file__upload="Berkas bank diunggah",
            bank_file__load="Baris berkas bank disimpan",
            bank_file__done="Berkas bank selesai dicocokkan",
            bank_file__refuse="Berkas bank ditolak",
            bank_file__rerun="Berkas bank dijalankan lagi",
            bank_file__teach="Bentuk berkas bank dikenalkan",
            bank_file__supersede="Berkas bank dinyatakan diganti",
            bank_file__answer="Keterangan berkas bank diisi",
            feed__start="Rekening koran mulai diambil dari bank",
            feed__stop="Rekening koran berhenti diambil dari bank",
            bank_claim__issue="Surat klaim bank diterbitkan",
            batch__book="Batch dibukukan ke RKUD dan pendapatan",
            direct__book="Kredit Virtual Account dibukukan ke RKUD dan pendapatan",
            match__undo="Pencocokan pembayaran dibatalkan",
            credit__undo="Pencocokan dana masuk dibatalkan",
            direct__undo="Pencocokan kredit Virtual Account dibatalkan",
            apart__keep="Dinyatakan bukan pasangan",
            apart__lift="Pernyataan bukan pasangan dicabut",
            suggestion__confirm="Usulan pencocokan ditegaskan",
            suggestion__reject="Usulan pencocokan ditolak",
            suggestion__offer_again="Usulan pencocokan ditawarkan lagi",
            exception__explain="Selisih dijelaskan",
            exception__assign="Selisih ditugaskan",
            exception__comment="Catatan selisih ditulis",
            exception__reopen="Selisih dibuka lagi",
        )
