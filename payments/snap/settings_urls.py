"""/pengaturan/mitra/: the banks we speak SNAP with."""

from django.urls import path, re_path

from payments.snap import settings_views as views

app_name = "snap_settings"
urlpatterns = [
    path("", views.partner_list, name="partner_list"),
    path("baru/", views.partner_create, name="partner_create"),
    path("<slug:slug>/", views.partner_detail, name="partner_detail"),
    path("<slug:slug>/profil/", views.partner_amend, name="partner_amend"),
    path("<slug:slug>/akses/", views.partner_activation, name="partner_activation"),
    path("<slug:slug>/rahasia/", views.own_secret, name="own_secret"),
    path("<slug:slug>/kunci/", views.own_key, name="own_key"),
    re_path(
        r"^(?P<slug>[-\w]+)/kunci-cadangan/(?P<step>siapkan|pakai|hapus)/$", views.next_key, name="next_key"
    ),
    path("<slug:slug>/rahasia-bank/", views.bank_secret, name="bank_secret"),
    path("<slug:slug>/kunci-bank/", views.bank_key, name="bank_key"),
    path("<slug:slug>/kunci-bank/<int:pk>/akhiri/", views.bank_key_end, name="bank_key_end"),
    path("<slug:slug>/uji/", views.trial, name="trial"),
]
