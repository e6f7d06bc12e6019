from django.apps import AppConfig


class OpdConfig(AppConfig):
    name = "opd"
    label = "opd"
    verbose_name = "Perangkat daerah dan pengguna"

    def ready(self) -> None:
        from opd import checks  # noqa: F401
