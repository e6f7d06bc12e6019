from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "opd.planning"
    label = "planning"
    verbose_name = "Anggaran"

    def ready(self) -> None:
        from opd import audit

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
            sipd_row__count="Baris SIPD dihitung sebagai belanja di luar aplikasi",
            sipd_row__dismiss="Baris SIPD diabaikan",
            sipd_row__reopen="Keputusan baris SIPD dibatalkan",
            sipd_row__match="Baris SIPD dicocokkan dengan pengajuan",
        )
