"""/pengaturan/akses-sistem/: who reads our API, and what webhooks were told."""

from django.urls import path

from tp2dd.api import settings_views as views

app_name = "api_settings"
urlpatterns = [
    path("", views.consumer_list, name="consumer_list"),
    path("baru/", views.consumer_create, name="consumer_create"),
    path("<int:pk>/", views.consumer_detail, name="consumer_detail"),
    path("<int:pk>/tutup/", views.consumer_close, name="consumer_close"),
    path("<int:pk>/token/", views.token_create, name="token_create"),
    path("token/<int:pk>/cabut/", views.token_revoke, name="token_revoke"),
    path("<int:pk>/webhook/", views.subscription_create, name="subscription_create"),
    path("webhook/<int:pk>/", views.subscription_detail, name="subscription_detail"),
    path("webhook/<int:pk>/hentikan/", views.subscription_end, name="subscription_end"),
    path("pengiriman/<uuid:pk>/", views.delivery_detail, name="delivery_detail"),
    path("pengiriman/<uuid:pk>/ulang/", views.delivery_resend, name="delivery_resend"),
]
