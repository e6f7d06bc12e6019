from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "opd.planning"
    label = "planning"
    verbose_name = "Anggaran"

    def ready(self) -> None:
        from opd import audit
        from opd.navigation import Item, Task, register, register_task
        from opd.office.exports import kinds
        from opd.planning import exporting, home

        kinds.register(exporting.KIND)
        see, bring = "planning.view", "planning.import"
        register(Item("Anggaran", "planning:line_list", see, 200, "anggaran"))
        register(Item("Per bulan", "planning:month_list", see, 205, "kalender"))
        register(Item("Realisasi SIPD", "planning:sipd_list", see, 210, "cocok"))
        register(Item("Impor anggaran", "planning:file_list", bring, 215, "unggah"))
        register(Item("Dokumen perencanaan", "planning:plan_list", "plans.view", 541, "berkas"))
        register(Item("Perubahan kode", "planning:code_list", "plans.view", 542, "cocok"))
        register_task(Task("plans.import", home.waiting_plans, 541))
        register_task(Task(bring, home.waiting_rows, 210))
        register_task(Task(see, home.nearly_used, 220))

        audit.name_actions(
            budget__hold="Anggaran ditahan",
            budget__release="Penahanan anggaran dilepas",
            budget__realise="Anggaran terealisasi",
            budget__correct="Realisasi dikoreksi karena uang kembali",
            budget__name_document="Nomor dokumen SIPD dicatat",
            up__grant="Besaran UP ditetapkan",
            purse__grow="Batas uang persediaan dinaikkan",
            purse__shrink="Batas uang persediaan diturunkan",
            purse__take="Uang persediaan dipakai untuk uang muka",
            purse__restore="Uang persediaan diisi kembali",
            plan_file__upload="Berkas anggaran diunggah",
            plan_file__save="Berkas anggaran disimpan",
            plan_file__drop="Berkas anggaran dibuang",
            code_change__add="Perubahan kode dicatat",
            code_change__drop="Perubahan kode dihapus",
            sipd_row__count="Baris SIPD dihitung sebagai belanja di luar aplikasi",
            sipd_row__dismiss="Baris SIPD diabaikan",
            sipd_row__reopen="Keputusan baris SIPD dibatalkan",
            sipd_row__match="Baris SIPD dicocokkan dengan pengajuan",
        )
