"""/belanja/: spends, payees, treasurers' accounts and taxes; paying and claims bring their own."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "spending"
urlpatterns: list[URLPattern | URLResolver] = [
    path("bayar/", include("payments.spending.urls_pay")),
    path("spp/", include("payments.spending.urls_claims")),
]
