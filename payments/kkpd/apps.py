from django.apps import AppConfig


class KkpdConfig(AppConfig):
    name = "payments.kkpd"
    label = "kkpd"
    verbose_name = "Kartu kredit pemerintah daerah"
