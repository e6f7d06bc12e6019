from django.apps import AppConfig


class IncomingConfig(AppConfig):
    name = "payments.incoming"
    label = "incoming"
    verbose_name = "Penerimaan"
