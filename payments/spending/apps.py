from django.apps import AppConfig


class SpendingConfig(AppConfig):
    name = "payments.spending"
    label = "spending"
    verbose_name = "Belanja nontunai"
