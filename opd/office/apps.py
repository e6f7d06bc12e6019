from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "opd.office"
    label = "office"
    verbose_name = "Perlengkapan kantor"
