"""Addresses of money back: the payer's, then the office's."""

from django.urls import path

from retribusi.refunds.views import compensation, deeds, office, public, requests

app_name = "refunds"
urlpatterns = [
    path("uang-kembali/", public.new, name="new"),
    path("uang-kembali/<str:token>/", public.follow, name="follow"),
    path("pengembalian/", office.refund_list, name="refund_list"),
    path("pengembalian/titipan/", office.desk, name="desk"),
    path("pengembalian/permohonan/", requests.request_list, name="request_list"),
    path("pengembalian/permohonan/<uuid:pk>/", requests.request_detail, name="request_detail"),
    path("pengembalian/permohonan/<uuid:pk>/tolak/", requests.request_decline, name="request_decline"),
    path("pengembalian/permohonan/<uuid:pk>/kontak/", requests.request_contact, name="request_contact"),
    path("pengembalian/pembayaran/<uuid:pk>/", office.payment, name="payment"),
    path("pengembalian/pembayaran/<uuid:pk>/usulkan/", deeds.propose, name="propose"),
    path(
        "pengembalian/pembayaran/<uuid:pk>/kompensasi/",
        compensation.compensation_new,
        name="compensation_new",
    ),
    path("pengembalian/kompensasi/", compensation.compensation_list, name="compensation_list"),
    path("pengembalian/kompensasi/<uuid:pk>/", compensation.compensation_detail, name="compensation_detail"),
    path(
        "pengembalian/kompensasi/<uuid:pk>/surat/",
        compensation.compensation_letter,
        name="compensation_letter",
    ),
    path(
        "pengembalian/kompensasi/<uuid:pk>/setujui/",
        compensation.compensation_approve,
        name="compensation_approve",
    ),
    path(
        "pengembalian/kompensasi/<uuid:pk>/tolak/",
        compensation.compensation_refuse,
        name="compensation_refuse",
    ),
    path(
        "pengembalian/kompensasi/<uuid:pk>/batal/", compensation.compensation_undo, name="compensation_undo"
    ),
    path("pengembalian/kejanggalan/<int:pk>/", deeds.adopt, name="adopt"),
    path("pengembalian/<uuid:pk>/", office.refund_detail, name="refund_detail"),
    path("pengembalian/<uuid:pk>/setujui/", deeds.approve, name="approve"),
    path("pengembalian/<uuid:pk>/tolak/", deeds.refuse, name="refuse"),
    path("pengembalian/<uuid:pk>/tarik/", deeds.withdraw, name="withdraw"),
    path("pengembalian/<uuid:pk>/tanya/", deeds.ask_again, name="ask_again"),
    path("pengembalian/<uuid:pk>/putus/", deeds.rule, name="rule"),
    path("pengembalian/<uuid:pk>/skrdlb/", deeds.skrdlb, name="skrdlb"),
    path("pengembalian/<uuid:pk>/spm/", deeds.spm, name="spm"),
    path("pengembalian/<uuid:pk>/sp2d/", deeds.sp2d, name="sp2d"),
]
