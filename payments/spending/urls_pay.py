"""/belanja/bayar/: what waits to be paid, the ways to pay it, and CMS files."""

from django.urls import URLPattern, path

from payments.spending.views import pay, pay_bulk, pay_elsewhere, pay_qris

urlpatterns: list[URLPattern] = [
    path("", pay.pay_list, name="pay_list"),
    path("<uuid:pk>/", pay.pay_page, name="pay_page"),
    path("<uuid:pk>/periksa-penerima/", pay.pay_check, name="pay_check"),
    path("<uuid:pk>/transfer/", pay.pay_transfer, name="pay_transfer"),
    path("<uuid:pk>/qris/", pay_qris.pay_qris_read, name="pay_qris_read"),
    path("<uuid:pk>/qris/pindai/", pay_qris.pay_qris_scan, name="pay_qris_scan"),
    path("<uuid:pk>/qris/bayar/", pay_qris.pay_qris, name="pay_qris"),
    path("<uuid:pk>/sudah-dibayar/<slug:way>/", pay_elsewhere.pay_elsewhere, name="pay_elsewhere"),
    path("kabar/<uuid:pk>/", pay.pay_wait, name="pay_wait"),
    path("kabar/<uuid:pk>/keadaan/", pay.pay_state, name="pay_state"),
    path("kabar/<uuid:pk>/tanya/", pay.pay_ask, name="pay_ask"),
    path("berkas/", pay_bulk.bulk_list, name="bulk_list"),
    path("berkas/buat/", pay_bulk.bulk_make, name="bulk_make"),
    path("berkas/<int:pk>/", pay_bulk.bulk_detail, name="bulk_detail"),
    path("berkas/<int:pk>/unduh/", pay_bulk.bulk_download, name="bulk_download"),
    path("berkas/<int:pk>/hasil/", pay_bulk.bulk_result, name="bulk_result"),
    path("berkas/<int:pk>/hasil/unduh/", pay_bulk.bulk_result_download, name="bulk_result_download"),
    path("berkas/<int:pk>/tarik/", pay_bulk.bulk_withdraw, name="bulk_withdraw"),
]
