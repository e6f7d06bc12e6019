"""Addresses of the gate: the phone's page and what it asks, then the office's pages."""

from __future__ import annotations

from django.urls import path

from retribusi.gate.views import office, phone

app_name = "gate"
urlpatterns = [
    path("", phone.scanner, name="scanner"),
    path("manifest.webmanifest", phone.manifest, name="manifest"),
    path("pekerja.js", phone.worker, name="worker"),
    path("daftar.json", phone.snapshot, name="snapshot"),
    path("sinkron", phone.sync, name="sync"),
    path("pindai", phone.scan, name="scan"),
    path("daftarkan/", office.device_enrol, name="device_enrol"),
    path("perangkat/", office.device_list, name="device_list"),
    path("perangkat/<uuid:pk>/cabut/", office.device_revoke, name="device_revoke"),
    path("hari/", office.day, name="day"),
    path("hari/unduh.csv", office.day_csv, name="day_csv"),
    path("benturan/", office.conflict_list, name="conflict_list"),
    path("benturan/<uuid:pk>/", office.conflict_detail, name="conflict_detail"),
]
