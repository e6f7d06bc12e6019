from django.apps import AppConfig


class OpdConfig(AppConfig):
    name = "opd"
    label = "opd"
    verbose_name = "Perangkat daerah dan pengguna"

    def ready(self) -> None:
        from opd import checks, navigation  # noqa: F401

        navigation.register(navigation.Item("Beranda", "opd:home", "", 0, "rumah"))
