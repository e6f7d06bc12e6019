from django.apps import AppConfig


class GateConfig(AppConfig):
    name = "retribusi.gate"
    label = "gate"
    verbose_name = "Gerbang"

    def ready(self) -> None:
        from opd import audit
        from opd.navigation import Item, Task, register, register_task
        from opd.office.exports import kinds
        from retribusi.gate import exporting, home

        kinds.register(exporting.KIND)
        register(Item("Gerbang", "gate:scanner", "gate.enrol", 91, "kamera"))
        register(Item("Tiket di gerbang", "gate:day", "gate.view", 304, "titik"))
        register(Item("Benturan gerbang", "gate:conflict_list", "gate.view", 304, "ingat"))
        register(Item("Perangkat gerbang", "gate:device_list", "gate.view", 304, "perisai"))
        register_task(Task("gate.enrol", home.my_phone, 91))
        register_task(Task("gate.manage", home.open_conflicts, 103))
        audit.name_actions(
            gate__enrol="Perangkat gerbang didaftarkan",
            gate__revoke="Perangkat gerbang dicabut",
            gate__conflict="Benturan di gerbang ditemukan",
            gate__explain="Benturan di gerbang dijelaskan",
        )
