from django.apps import AppConfig


class SnapConfig(AppConfig):
    name = "payments.snap"
    label = "snap"
    verbose_name = "Saluran bank (SNAP)"
