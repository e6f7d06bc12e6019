from django.apps import AppConfig


class RetribusiConfig(AppConfig):
    name = "retribusi"
    label = "retribusi"
    verbose_name = "Retribusi"

    def ready(self) -> None:
        from opd import audit, navigation
        from payments.incoming import registry
        from retribusi import landing
        from retribusi.payable import OrderPayable
        from retribusi.services.paying import KIND

        registry.register(KIND, OrderPayable())
        navigation.register_places(landing.places)
        audit.name_actions(
            order__place="Pesanan dibuat",
            order__paid="Pesanan lunas, tiket diterbitkan",
            ticket_key__rotate="Kunci tiket diganti",
        )
