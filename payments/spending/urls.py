"""/belanja/: spends, payees, treasurers' accounts and taxes; paying and claims bring their own."""

from django.urls import URLPattern, URLResolver, include, path

from payments.spending.views import accounts, npd, paste, payees, spend_deeds, spend_forms, spends, taxes

app_name = "spending"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", spends.spend_list, name="spend_list"),
    path("baru/", spend_forms.spend_new, name="spend_new"),
    path("baru/<int:opd_id>/angka/", spend_forms.spend_figures, name="spend_figures"),
    path("tempel/", paste.spend_paste, name="spend_paste"),
    path("penerima/", payees.payee_list, name="payee_list"),
    path("penerima/baru/", payees.payee_new, name="payee_new"),
    path("penerima/<int:pk>/", payees.payee_detail, name="payee_detail"),
    path("penerima/<int:pk>/blokir/", payees.payee_block, name="payee_block"),
    path("penerima/<int:pk>/buka-blokir/", payees.payee_unblock, name="payee_unblock"),
    path("rekening/", accounts.account_list, name="account_list"),
    path("rekening/baru/", accounts.account_new, name="account_new"),
    path("rekening/<int:pk>/akhiri/", accounts.account_end, name="account_end"),
    path("pajak/", taxes.tax_list, name="tax_list"),
    path("pajak/<int:pk>/", taxes.tax_detail, name="tax_detail"),
    path("pajak/<int:pk>/billing/", taxes.tax_billing, name="tax_billing"),
    path("pajak/<int:pk>/setor/", taxes.tax_deposit, name="tax_deposit"),
    path("bayar/", include("payments.spending.urls_pay")),
    path("bayar/belum-pasti/", include("payments.spending.urls_unsure")),
    path("spp/", include("payments.spending.urls_claims")),
    path("<uuid:pk>/", spends.spend_detail, name="spend_detail"),
    path("<uuid:pk>/ubah/", spend_forms.spend_amend, name="spend_amend"),
    path("<uuid:pk>/ajukan/", spend_deeds.spend_submit, name="spend_submit"),
    path("<uuid:pk>/setujui/", spend_deeds.spend_approve, name="spend_approve"),
    path("<uuid:pk>/tolak/", spend_deeds.spend_reject, name="spend_reject"),
    path("<uuid:pk>/batal/", spend_deeds.spend_cancel, name="spend_cancel"),
    path("<uuid:pk>/uji/", spend_deeds.spend_test, name="spend_test"),
    path("<uuid:pk>/verifikasi/", spend_deeds.spend_verify, name="spend_verify"),
    path("<uuid:pk>/kembali/", spend_deeds.spend_refund, name="spend_refund"),
    path("<uuid:pk>/npd/", npd.npd_number, name="npd_number"),
]
