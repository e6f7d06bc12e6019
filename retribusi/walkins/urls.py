"""Addresses of the printed QRIS: its money, its visitors, its forgeries, and the deposit clock."""

from django.urls import path

from retribusi.walkins.views import claims, heads

app_name = "walkins"
urlpatterns = [
    path("retribusi/qris-statis/", claims.credit_list, name="credit_list"),
    path("retribusi/qris-statis/<uuid:pk>/", claims.credit_detail, name="credit_detail"),
    path("retribusi/qris-statis/<uuid:pk>/batal/", claims.credit_undo, name="credit_undo"),
    path("retribusi/qris-statis/berkas/<int:pk>/catat/", claims.line_record, name="line_record"),
    path("retribusi/kepala/", heads.gap_list, name="gap_list"),
    path("retribusi/kepala/hitung/", heads.count, name="count"),
]
