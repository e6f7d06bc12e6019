"""Addresses of the whole site; each room keeps its own."""

from django.urls import URLPattern, URLResolver, include, path

from config.favicon import favicon
from config.health import health
from config.language import choose
from opd.home import landing

urlpatterns: list[URLPattern | URLResolver] = [
    path("", landing, name="landing"),
    path("", include("opd.urls")),
    path("", include("opd.account_urls")),
    path("", include("opd.office.urls")),
    path("", include("retribusi.urls")),
    path("", include("retribusi.complaints.urls")),
    path("", include("retribusi.walkins.urls")),
    path("", include("retribusi.refunds.urls")),
    path("", include("retribusi.stbp.urls")),
    path("loket/", include("retribusi.counter.urls")),
    path("loket/", include("retribusi.karcis.urls")),
    path("", include("retribusi.assessments.urls")),
    path("gerbang/", include("retribusi.gate.urls")),
    path("anggaran/", include("opd.planning.urls")),
    path("belanja/", include("payments.spending.urls")),
    path("uang-elektronik/", include("payments.emoney.urls")),
    path("kkpd/", include("payments.kkpd.urls")),
    path("pembukuan/", include("payments.books.urls")),
    path("pengaturan/", include("opd.urls_settings")),
    path("pengaturan/mitra/", include("payments.snap.settings_urls")),
    path("tp2dd/konsistensi/", include("tp2dd.consistency.urls")),
    path("pengaturan/akses-sistem/", include("tp2dd.api.settings_urls")),
    path("api/", include("tp2dd.api.urls")),
    path("tp2dd/", include("tp2dd.urls")),
    path("tp2dd/etpd/", include("tp2dd.etpd.urls")),
    path("transparansi/", include("tp2dd.transparency.public_urls")),
    path("instruksi/", include("tp2dd.instruction.urls")),
    path("tp2dd/penilaian/", include("tp2dd.evaluation.urls")),
    path("tp2dd/sekretariat/", include("tp2dd.secretariat.urls")),
    path("tp2dd/peta-jalan/", include("tp2dd.roadmap.urls")),
    path("buku-besar/", include("payments.ledger.urls")),
    path("rekonsiliasi/", include("payments.reconciliation.urls")),
    path("audit/", include("payments.auditing.urls")),
    path("bahasa/<str:language>/", choose, name="language"),
    path("snap/", include("payments.snap.urls")),
    path("sehat", health, name="health"),
    path("favicon.ico", favicon, name="favicon"),
]
