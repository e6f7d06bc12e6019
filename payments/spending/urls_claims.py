"""/belanja/spp/: claims."""

from django.urls import URLPattern, path

from payments.spending.views import claim_new, claims

urlpatterns: list[URLPattern] = [
    path("", claims.claim_list, name="claim_list"),
    path("baru/<str:kind>/", claim_new.claim_new, name="claim_new"),
    path("<uuid:pk>/", claims.claim_detail, name="claim_detail"),
    path("<uuid:pk>/verifikasi/", claims.claim_verify, name="claim_verify"),
    path("<uuid:pk>/spm/", claims.claim_order, name="claim_order"),
    path("<uuid:pk>/sp2d/", claims.claim_pay, name="claim_pay"),
    path("<uuid:pk>/tolak/", claims.claim_reject, name="claim_reject"),
    path("<uuid:pk>/nomor/<str:kind>/", claims.claim_number, name="claim_number"),
]
