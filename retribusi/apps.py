from django.apps import AppConfig


class RetribusiConfig(AppConfig):
    name = "retribusi"
    label = "retribusi"
    verbose_name = "Retribusi"

    def ready(self) -> None:
        from opd import audit, navigation
        from opd.office.exports import kinds
        from payments.auditing import references
        from payments.incoming import registry
        from payments.ledger import origins, sealing
        from retribusi import exporting, home, landing, payable, things
        from retribusi.services.keys import sign_if_any
        from retribusi.services.paying import KIND

        kinds.register(exporting.KIND)
        registry.register(KIND, payable.OrderPayable())
        sealing.register(sign_if_any)
        things.register(KIND, payable.NAMES)
        references.register(
            references.Kind(
                "payment", "Pembayaran", "retribusi:takings_detail", "pk", "incoming.Payment", "takings.view"
            )
        )
        taken = ("incoming.Payment", "Penerimaan", "retribusi:takings_detail", "takings.view", "opd")
        origins.register("payment", origins.row(*taken), place=10)
        navigation.register_places(landing.places)
        see = "takings.view"
        navigation.register(navigation.Item("Penerimaan", "retribusi:takings_list", see, 100, "terima"))
        navigation.register(navigation.Item("Kejanggalan", "retribusi:trouble_list", see, 110, "jam"))
        navigation.register(navigation.Item("Titik", "retribusi:point_list", "points.manage", 940, "titik"))
        navigation.register_task(navigation.Task("points.manage", home.unready_points, 120))
        navigation.register_task(navigation.Task(see, home.takings_today, 100))
        navigation.register_task(navigation.Task("reconciliation.resolve", home.open_troubles, 110))
        audit.name_actions(
            order__place="Pesanan dibuat",
            order__paid="Pesanan lunas, tiket diterbitkan",
            order__void="Pesanan dibatalkan, tiketnya tidak berlaku",
            order__refunded="Tiket dibatalkan karena uangnya dikembalikan",
            ticket_key__rotate="Kunci tiket diganti",
            point__create="Titik dibuat",
            point__copy="Titik disalin dari titik lain",
            point__amend="Data titik diubah",
            point__hours="Jam buka ditetapkan",
            point__special_day="Hari khusus ditetapkan",
            point__special_day_drop="Hari khusus ditarik",
            point__status="Penjualan titik dibuka atau dihentikan",
            tariff__add="Tarif ditambahkan",
            tariff__amend="Tarif diubah",
            tariff__codes="Kode rekening tarif diganti",
            static_qris__register="QRIS statis didaftarkan",
            static_qris__withdraw="QRIS statis ditarik",
        )
