from django.apps import AppConfig


class SpendingConfig(AppConfig):
    name = "payments.spending"
    label = "spending"
    verbose_name = "Belanja nontunai"

    def ready(self) -> None:
        from payments.spending import claims_ready, paying_ready

        paying_ready.ready()
        claims_ready.ready()
