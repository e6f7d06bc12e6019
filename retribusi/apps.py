from django.apps import AppConfig


class RetribusiConfig(AppConfig):
    name = "retribusi"
    label = "retribusi"
    verbose_name = "Retribusi"
