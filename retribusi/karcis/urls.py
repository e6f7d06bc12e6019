"""Addresses of printed tickets, below the counter's."""

from __future__ import annotations

from django.urls import path

from retribusi.karcis import views

app_name = "karcis"
urlpatterns = [
    path("karcis/", views.stock, name="stock"),
    path("karcis/terima/", views.receive, name="receive"),
    path("karcis/<uuid:pk>/", views.batch, name="batch"),
    path("padam/", views.late_sale, name="late_sale"),
]
