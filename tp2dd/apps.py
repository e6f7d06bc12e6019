from django.apps import AppConfig


class Tp2ddConfig(AppConfig):
    name = "tp2dd"
    label = "tp2dd"
    verbose_name = "TP2DD"
