from django.apps import AppConfig


class OpdConfig(AppConfig):
    name = "opd"
    label = "opd"
    verbose_name = "Perangkat daerah dan pengguna"
