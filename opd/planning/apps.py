from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "opd.planning"
    label = "planning"
    verbose_name = "Anggaran"
