"""Names in the visitor's language. Pure."""

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

UNIT_WORDS = {
    "orang": _("orang"),
    "rombongan": _("rombongan"),
    "kendaraan": _("kendaraan"),
    "kegiatan": _("kegiatan"),
    "lapak": _("lapak"),
    "lapangan": _("lapangan"),
    "ruang": _("ruang"),
    "layanan": _("layanan"),
    "berkas": _("berkas"),
    "contoh uji": _("contoh uji"),
    "bulan": _("bulan"),
    "tahun": _("tahun"),
}


def in_language(indonesian: str, english: str) -> str:
    """The English name where there is one and English is spoken now."""
    return english if english and get_language() == "en" else indonesian


def unit_in_language(unit: str) -> str:
    """What a tariff is counted in; a unit that we have no word for stays as it is."""
    return str(UNIT_WORDS.get(unit, unit))
