"""The addresses of allauth that we use, and no others: no sign-up, no e-mail, no reset by mail."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from django.urls import path

from opd import account_views as views

urlpatterns = [
    path("masuk/", account.login, name="account_login"),
    path("masuk/kode/", mfa.authenticate, name="mfa_authenticate"),
    path("keluar/", account.logout, name="account_logout"),
    path("akun/nonaktif/", account.account_inactive, name="account_inactive"),
    path("akun/sandi/", account.password_change, name="account_change_password"),
    path("akun/pastikan/", account.reauthenticate, name="account_reauthenticate"),
    path("akun/pastikan/kode/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("akun/keamanan/", mfa.index, name="mfa_index"),
    path("akun/keamanan/aplikasi/", views.ActivateFactor.as_view(), name="mfa_activate_totp"),
    path("akun/keamanan/aplikasi/matikan/", views.DeactivateFactor.as_view(), name="mfa_deactivate_totp"),
    path("akun/keamanan/cadangan/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("akun/keamanan/cadangan/baru/", views.RenewCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("akun/keamanan/cadangan/unduh/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
]
