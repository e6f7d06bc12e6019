"""Addresses of the budget room, below /anggaran/."""

from django.urls import URLPattern

app_name = "planning"
urlpatterns: list[URLPattern] = []
