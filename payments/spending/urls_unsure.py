"""/belanja/bayar/belum-pasti/: payments that the bank did not make certain."""

from django.urls import URLPattern, path

from payments.spending.views import unsure

urlpatterns: list[URLPattern] = [
    path("", unsure.unsure_list, name="unsure_list"),
    path("<uuid:pk>/", unsure.unsure_detail, name="unsure_detail"),
    path("<uuid:pk>/usulkan/", unsure.ruling_propose, name="ruling_propose"),
    path("usulan/<int:pk>/pastikan/", unsure.ruling_confirm, name="ruling_confirm"),
    path("usulan/<int:pk>/tolak/", unsure.ruling_decline, name="ruling_decline"),
    path("usulan/<int:pk>/bukti/", unsure.ruling_evidence, name="ruling_evidence"),
    path("berlawanan/<int:pk>/selesai/", unsure.contradiction_close, name="contradiction_close"),
]
