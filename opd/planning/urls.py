"""Addresses of the budget room, below /anggaran/."""

from django.urls import path

from opd.planning.views import files, grants, lines, plans, sipd

app_name = "planning"
urlpatterns = [
    path("", lines.line_list, name="line_list"),
    path("baris/<int:pk>/", lines.line_detail, name="line_detail"),
    path("bulan/", lines.month_list, name="month_list"),
    path("up/", grants.up_grant, name="up_grant"),
    path("impor/", files.file_list, name="file_list"),
    path("impor/<slug:kind>/", files.file_upload, name="file_upload"),
    path("impor/berkas/<int:pk>/", files.file_detail, name="file_detail"),
    path("impor/berkas/<int:pk>/simpan/", files.file_save, name="file_save"),
    path("impor/berkas/<int:pk>/buang/", files.file_drop, name="file_drop"),
    path("impor/berkas/<int:pk>/asli/", files.file_original, name="file_original"),
    path("dokumen/", plans.plan_list, name="plan_list"),
    path("dokumen/impor/<slug:kind>/", plans.plan_upload, name="plan_upload"),
    path("dokumen/berkas/<int:pk>/", plans.plan_file, name="plan_file"),
    path("dokumen/berkas/<int:pk>/simpan/", plans.plan_save, name="plan_save"),
    path("dokumen/berkas/<int:pk>/buang/", plans.plan_drop, name="plan_drop"),
    path("dokumen/berkas/<int:pk>/asli/", plans.plan_original, name="plan_original"),
    path("dokumen/kode/", plans.code_list, name="code_list"),
    path("dokumen/kode/tambah/", plans.code_add, name="code_add"),
    path("dokumen/kode/<int:pk>/hapus/", plans.code_drop, name="code_drop"),
    path("sipd/", sipd.sipd_list, name="sipd_list"),
    path("sipd/cocokkan/", sipd.sipd_match_again, name="sipd_match_again"),
    path("sipd/<int:pk>/", sipd.sipd_detail, name="sipd_detail"),
    path("sipd/<int:pk>/cocok/", sipd.sipd_match, name="sipd_match"),
    path("sipd/<int:pk>/hitung/", sipd.sipd_count, name="sipd_count"),
    path("sipd/<int:pk>/abaikan/", sipd.sipd_dismiss, name="sipd_dismiss"),
    path("sipd/<int:pk>/batal/", sipd.sipd_reopen, name="sipd_reopen"),
]
