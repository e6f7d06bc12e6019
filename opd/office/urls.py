"""What every office needs: documents and their verification, evidence, the second factor."""

from __future__ import annotations

from django.urls import path

from opd.office.views import archive, documents, evidence, exports, factor, phone, proofs

app_name = "office"
urlpatterns = [
    path("dokumen/", documents.document_list, name="document_list"),
    path("dokumen/<str:token>/cetak/", documents.document_print, name="document_print"),
    path("dokumen/<str:token>/resmi/", documents.document_official, name="document_official"),
    path("verifikasi/<str:token>/", documents.verification, name="verification"),
    path("bukti/<str:type>/<str:id>/daftar/", evidence.attachment_list, name="attachment_list"),
    path("bukti/<str:type>/<str:id>/unggah/", evidence.attachment_upload, name="attachment_upload"),
    path("bukti/<str:type>/<str:id>/ponsel/", evidence.ticket_open, name="ticket_open"),
    path("bukti/ponsel/<uuid:pk>/", evidence.ticket_page, name="ticket_page"),
    path("bukti/<uuid:pk>/cabut/", evidence.attachment_remove, name="attachment_remove"),
    path("bukti/<uuid:pk>/kecil/", evidence.attachment_thumbnail, name="attachment_thumbnail"),
    path("bukti/<uuid:pk>/unduh/", evidence.attachment_download, name="attachment_download"),
    path("pembuktian/", proofs.proof, name="proof"),
    path("pembuktian/minta/", proofs.proof_ask, name="proof_ask"),
    path("pembuktian/<uuid:pk>/", proofs.proof_run, name="proof_run"),
    path("arsip/", archive.archive, name="archive"),
    path("ekspor/", exports.export_list, name="export_list"),
    path("ekspor/minta/", exports.export_ask, name="export_ask"),
    path("ekspor/<uuid:pk>/", exports.export_detail, name="export_detail"),
    path("ekspor/<uuid:pk>/kemajuan/", exports.export_progress, name="export_progress"),
    path("ekspor/<uuid:pk>/unduh/", exports.export_download, name="export_download"),
    path("unggah/<str:token>/", phone.upload, name="upload"),
    path("kode-kedua/", factor.second_factor, name="second_factor"),
]
