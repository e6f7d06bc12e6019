from django.apps import AppConfig


class OpdConfig(AppConfig):
    name = "opd"
    label = "opd"
    verbose_name = "Perangkat daerah dan pengguna"

    def ready(self) -> None:
        from opd import audit, checks  # noqa: F401
        from opd.navigation import Item, register

        register(Item("Beranda", "opd:home", "", 0, "rumah"))
        register(Item("Pengguna", "settings:user_list", "users.manage", 910, "orang"))
        register(Item("OPD", "settings:opd_list", "opd.manage", 920, "gedung"))
        register(Item("Jejak audit", "settings:audit_list", "audit.view", 990, "jejak"))
        audit.name_actions(
            account__sign_in="Masuk",
            account__change_password="Kata sandi diganti pemiliknya",  # noqa: S106
            account__activate_factor="Langkah masuk kedua diaktifkan",
            account__deactivate_factor="Langkah masuk kedua dimatikan",
            account__renew_codes="Kode cadangan diperbarui",
            user__create="Akun dibuat",
            user__reset_password="Sandi baru dibuat",  # noqa: S106
            user__remove_second_factor="Kode kedua dihapus administrator",
            user__activate="Akun dibuka",
            user__deactivate="Akun ditutup",
            role__assign="Peran ditetapkan",
            role__end="Peran diakhiri",
            opd__create="OPD dicatat",
            opd__amend="Data OPD diubah",
        )
