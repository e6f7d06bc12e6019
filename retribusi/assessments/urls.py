"""Addresses of assessments: the office's, then the page where a SKRD is paid."""

from __future__ import annotations

from django.urls import path

from retribusi.assessments.views import collecting, files, public, skrd, wajib

app_name = "assessments"
urlpatterns = [
    path("retribusi/skrd/", skrd.skrd_list, name="skrd_list"),
    path("retribusi/skrd/batal/", collecting.void_register, name="void_register"),
    path("retribusi/skrd/<uuid:pk>/", skrd.skrd_detail, name="skrd_detail"),
    path("retribusi/skrd/<uuid:pk>/cetak.pdf", skrd.skrd_pdf, name="skrd_pdf"),
    path("retribusi/skrd/<uuid:pk>/batal/", skrd.skrd_void, name="skrd_void"),
    path("retribusi/skrd/<uuid:pk>/keringanan/", skrd.skrd_reduce, name="skrd_reduce"),
    path("retribusi/skrd/<uuid:pk>/angsuran/", skrd.skrd_instalments, name="skrd_instalments"),
    path("retribusi/wajib/", wajib.wajib_list, name="wajib_list"),
    path("retribusi/wajib/baru/", wajib.wajib_new, name="wajib_new"),
    path("retribusi/wajib/<uuid:pk>/", wajib.wajib_detail, name="wajib_detail"),
    path("retribusi/wajib/<uuid:pk>/ubah/", wajib.wajib_amend, name="wajib_amend"),
    path("retribusi/wajib/<uuid:pk>/nomor/", wajib.wajib_identity, name="wajib_identity"),
    path("retribusi/wajib/<uuid:wajib_id>/skrd/", skrd.skrd_new, name="skrd_new"),
    path("retribusi/berkas-skrd/", files.file_list, name="file_list"),
    path("retribusi/berkas-skrd/unggah/", files.file_upload, name="file_upload"),
    path("retribusi/berkas-skrd/<uuid:pk>/", files.file_detail, name="file_detail"),
    path("retribusi/berkas-skrd/<uuid:pk>/terbitkan/", files.file_confirm, name="file_confirm"),
    path("retribusi/berkas-skrd/<uuid:pk>/buang/", files.file_drop, name="file_drop"),
    path("retribusi/berkas-skrd/<uuid:pk>/kemajuan/", files.file_progress, name="file_progress"),
    path("retribusi/berkas-skrd/<uuid:pk>/asli/", files.file_original, name="file_original"),
    path("retribusi/penagihan/", collecting.collection, name="collection"),
    path("retribusi/penagihan/<slug:kind>/<int:opd_id>/", collecting.letters_issue, name="letters_issue"),
    path("retribusi/piutang/", collecting.receivables, name="receivables"),
    path("tagihan/<str:token>/", public.bill, name="bill"),
    path("tagihan/<str:token>/kuitansi/<int:position>/", public.bill_receipt, name="bill_receipt"),
    path("tagihan/<str:token>/keadaan", public.bill_state, name="bill_state"),
    path("tagihan/<str:token>/qris.png", public.bill_picture, name="bill_picture"),
    path("tagihan/<str:token>/qris/", public.bill_pay, name="bill_pay"),
    path("tagihan/<str:token>/tanya/", public.bill_ask, name="bill_ask"),
    path("tagihan/<str:token>/batal/", public.bill_cancel, name="bill_cancel"),
]
