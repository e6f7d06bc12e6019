from django.apps import AppConfig

RECOGNISED_KEY = "SELECT 'payment:' || payment_id || ':recognised:' || id"
RECOGNISED = f"{RECOGNISED_KEY} FROM incoming_recognition"
UNDONE = "incoming_recognition WHERE undone_at IS NOT NULL"


class IncomingConfig(AppConfig):
    name = "payments.incoming"
    label = "incoming"
    verbose_name = "Penerimaan"

    def ready(self) -> None:
        from opd import audit
        from opd.office.exports import kinds
        from payments.incoming import checks, exporting, notices, origins  # noqa: F401
        from payments.incoming.va import answering
        from payments.ledger import origins as books
        from payments.ledger.sources import must_have_journal
        from payments.snap import registry
        from payments.snap.codes import Service

        kinds.register(exporting.KIND)
        registry.register(Service.QR_NOTIFY, notices.handle)
        registry.answer_with(Service.VA_INQUIRY, answering.answer_inquiry)
        registry.answer_with(Service.VA_PAYMENT, answering.answer_payment)
        books.register("payment", origins.told, place=20)
        must_have_journal("incoming.payment", "SELECT 'payment:' || id || ':received' FROM incoming_payment")
        must_have_journal("incoming.recognition", RECOGNISED)
        must_have_journal("incoming.put_back", f"{RECOGNISED_KEY} || ':undone' FROM {UNDONE}")
        must_have_journal(
            "incoming.refund", "SELECT 'refund:' || id || ':done' FROM incoming_refund WHERE state = 'done'"
        )
        must_have_journal(
            "incoming.compensation",
            "SELECT 'compensation:' || id FROM incoming_compensation WHERE journal_id IS NOT NULL"
            " UNION ALL SELECT 'compensation:' || id || ':undone' FROM incoming_compensation"
            " WHERE undo_journal_id IS NOT NULL",
        )
        audit.name_actions(
            compensation__propose="Kompensasi titipan diusulkan",
            compensation__book="Titipan dibukukan untuk tagihan lain",
            compensation__refuse="Kompensasi titipan ditolak",
            compensation__undo="Kompensasi titipan dibatalkan",
            receiving_account__register="Rekening penerimaan didaftarkan",
            receiving_account__end="Rekening penerimaan diakhiri",
            request__create="Permintaan pembayaran dibuat",
            request__open="QR terbit",
            request__renew="QR baru diminta",
            request__fail="QR tidak terbit",
            request__paid="Tagihan lunas",
            request__expired="Tagihan kedaluwarsa",
            request__cancelled="Tagihan dibatalkan",
            payment__record="Pembayaran dibukukan",
            va__open="Nomor VA dibuka",
            va__prolong="Masa berlaku nomor VA diperpanjang",
            va__close="Nomor VA ditutup",
            payment__recognise="Uang tanpa tagihan diklaim sebagai retribusi",
            payment__put_back="Klaim uang tanpa tagihan dibatalkan",
            money_exception__explain="Kejanggalan uang masuk dijelaskan",
            refund__propose="Pengembalian diusulkan",
            refund__approve="Pengembalian disetujui",
            refund__refuse="Pengembalian ditolak",
            refund__send="Pengembalian dikirim ke bank",
            refund__rule="Pengembalian yang tidak pasti diputus",
            refund__skrdlb="SKRDLB dicatat",
            refund__spm="SPM restitusi dicatat",
            refund__sp2d="SP2D restitusi dicatat",
            refund__done="Uang dikembalikan kepada pembayar",
        )
