from django.urls import path

from payments.ledger.views import books, periods

app_name = "ledger"
urlpatterns = [
    path("jurnal/", books.journal_list, name="journal_list"),
    path("jurnal/<int:journal_id>/", books.journal_detail, name="journal_detail"),
    path("jurnal/<int:journal_id>/asal/", books.journal_origin, name="journal_origin"),
    path("neraca-saldo/", books.trial_balance, name="trial_balance"),
    path("tutup-buku/", periods.period_list, name="period_list"),
    path("tutup-buku/<str:first>/tutup/", periods.period_close, name="period_close"),
    path("tutup-buku/<str:first>/buka/", periods.period_reopen, name="period_reopen"),
    path("segel/", books.seal, name="seal"),
    path("segel/kepala.json", books.seal_json, name="seal_json"),
]
