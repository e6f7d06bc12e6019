"""Addresses of the register of TBP."""

from __future__ import annotations

from django.urls import path

from retribusi.stbp import views

app_name = "stbp"
urlpatterns = [
    path("penerimaan/tbp/", views.tbp_list, name="tbp_list"),
    path("penerimaan/tbp/terbitkan/", views.tbp_issue, name="tbp_issue"),
    path("penerimaan/tbp/<str:token>/", views.tbp_detail, name="tbp_detail"),
    path("penerimaan/tbp/<str:token>/cetak.pdf", views.tbp_pdf, name="tbp_pdf"),
    path("penerimaan/tbp/<str:token>/ganti/", views.tbp_reissue, name="tbp_reissue"),
]
