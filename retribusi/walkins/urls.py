"""Addresses of the printed QRIS: its money, its visitors, its forgeries, and the deposit clock."""

from django.urls import path

from retribusi.walkins.views import cases, claims, clock, heads, public

app_name = "walkins"
urlpatterns = [
    path("retribusi/qris-statis/", claims.credit_list, name="credit_list"),
    path("retribusi/qris-statis/<uuid:pk>/", claims.credit_detail, name="credit_detail"),
    path("retribusi/qris-statis/<uuid:pk>/batal/", claims.credit_undo, name="credit_undo"),
    path("retribusi/qris-statis/berkas/<int:pk>/catat/", claims.line_record, name="line_record"),
    path("retribusi/kepala/", heads.gap_list, name="gap_list"),
    path("retribusi/kepala/hitung/", heads.count, name="count"),
    path("retribusi/jam-setor/", clock.deposit_clock, name="deposit_clock"),
    path("cek-qris/", public.check, name="check"),
    path("retribusi/qris-tak-terdaftar/", cases.case_list, name="case_list"),
    path("retribusi/qris-tak-terdaftar/<uuid:pk>/", cases.case_detail, name="case_detail"),
    path("retribusi/qris-tak-terdaftar/<uuid:pk>/teruskan/", cases.case_assign, name="case_assign"),
    path("retribusi/qris-tak-terdaftar/<uuid:pk>/periksa/", cases.case_investigate, name="case_investigate"),
    path("retribusi/qris-tak-terdaftar/<uuid:pk>/tutup/", cases.case_close, name="case_close"),
]
