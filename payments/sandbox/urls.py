"""The phone, the bank's counter, and SNAP under ``/v1.0/``."""

from django.urls import path

from payments.sandbox import snap_views, views
from payments.snap.codes import Service

app_name = "sandbox"


def _snap(service: Service) -> str:
    return service.path.lstrip("/")


urlpatterns = [
    path("", views.phone, name="phone"),
    path("daftar/", views.open_list, name="open_list"),
    path("qris/<str:reference_no>/", views.qr, name="qr"),
    path("gambar/<str:reference_no>.png", views.picture, name="picture"),
    path("hasil/<uuid:tap_id>/", views.result, name="result"),
    path("hasil/<uuid:tap_id>/berita/", views.result_notices, name="result_notices"),
    path("berita/", views.notices, name="notices"),
    path("perilaku/", views.behaviours, name="behaviours"),
    path("hari/", views.days, name="days"),
    path("hari/tutup/", views.close_day, name="close_day"),
    path("hari/tarif/", views.set_rate, name="set_rate"),
    path("hari/berkas/<str:name>", views.bank_file, name="bank_file"),
    path("sehat", views.health, name="health"),
    path(_snap(Service.TOKEN_B2B), snap_views.access_token),
    path(_snap(Service.QR_GENERATE), snap_views.generate),
    path(_snap(Service.QR_QUERY), snap_views.query),
    path(_snap(Service.QR_CANCEL), snap_views.cancel),
]
