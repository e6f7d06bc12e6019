from django.apps import AppConfig


class EmoneyConfig(AppConfig):
    name = "payments.emoney"
    label = "emoney"
    verbose_name = "Uang elektronik"
