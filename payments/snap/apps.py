from django.apps import AppConfig


class SnapConfig(AppConfig):
    name = "payments.snap"
    label = "snap"
    verbose_name = "Saluran bank (SNAP)"

    def ready(self) -> None:
        from opd import audit
        from opd.navigation import Item, register
        from opd.office import archiving
        from payments.snap import checks, packs  # noqa: F401

        archiving.register(packs.HOLDING)

        register(Item("Mitra bank", "snap_settings:partner_list", "partner.manage", 930, "mitra"))

        audit.name_actions(
            partner__register="Mitra bank dicatat",
            partner__amend="Profil mitra bank diubah",
            partner__open="Mitra bank dibuka",
            partner__close="Mitra bank ditutup",
            partner__set_secret="Client secret kami diganti",  # noqa: S106
            partner__set_key="Kunci privat kami diganti",
            partner__prepare_key="Kunci cadangan disiapkan",
            partner__switch_key="Kunci cadangan mulai dipakai",
            partner__drop_key="Kunci cadangan dihapus",
            partner__issue_secret="Client secret bank diganti",  # noqa: S106
            partner__add_bank_key="Kunci publik bank ditambahkan",
            partner__end_bank_key="Kunci publik bank diakhiri",
            partner__test="Sambungan bank diuji",
        )
