from django.urls import path

from payments.ledger import views

app_name = "ledger"
urlpatterns = [
    path("jurnal/", views.journal_list, name="journal_list"),
    path("jurnal/<int:journal_id>/", views.journal_detail, name="journal_detail"),
    path("neraca-saldo/", views.trial_balance, name="trial_balance"),
    path("segel/", views.seal, name="seal"),
    path("segel/kepala.json", views.seal_json, name="seal_json"),
]
