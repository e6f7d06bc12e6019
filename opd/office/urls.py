"""What every office needs: documents and their verification, evidence, the second factor."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "office"
urlpatterns: list[URLPattern] = []
