from django.apps import AppConfig


class ReconciliationConfig(AppConfig):
    name = "payments.reconciliation"
    label = "reconciliation"
    verbose_name = "Rekonsiliasi"
