"""Addresses of the sandbox bank."""

from django.urls import include, path

urlpatterns = [path("", include("payments.sandbox.urls"))]
