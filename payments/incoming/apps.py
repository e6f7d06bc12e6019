from django.apps import AppConfig


class IncomingConfig(AppConfig):
    name = "payments.incoming"
    label = "incoming"
    verbose_name = "Penerimaan"

    def ready(self) -> None:
        from opd import audit
        from payments.incoming import checks, notices  # noqa: F401
        from payments.ledger.sources import must_have_journal
        from payments.snap import registry
        from payments.snap.codes import Service

        registry.register(Service.QR_NOTIFY, notices.handle)
        must_have_journal("incoming.payment", "SELECT 'payment:' || id || ':received' FROM incoming_payment")
        must_have_journal(
            "incoming.refund", "SELECT 'refund:' || id || ':done' FROM incoming_refund WHERE state = 'done'"
        )
        audit.name_actions(
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
