"""What follows from the kind of a collection point, in words. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from retribusi.models import CollectionPoint

Kind = CollectionPoint.Kind


@dataclass(frozen=True)
class KindWords:
    """``follows`` tells the administrator what the choice does; ``units`` are offered first for a tariff."""

    follows: str
    units: tuple[str, ...]


WORDS: dict[str, KindWords] = {
    Kind.TICKET: KindWords(
        "Pengunjung memilih banyaknya orang, membayar dengan QRIS, dan menerima tiket untuk hari itu.",
        ("orang", "rombongan", "kegiatan"),
    ),
    Kind.PARKING: KindWords(
        "Pengendara memilih jenis kendaraan dan membayar dengan QRIS; karcis parkirnya berlaku hari itu.",
        ("kendaraan",),
    ),
    Kind.RENTAL: KindWords(
        "Penyewa membayar dengan QRIS pada hari sewa dimulai; tiketnya menjadi bukti sewa.",
        ("kegiatan", "lapak", "lapangan", "ruang"),
    ),
    Kind.SERVICE: KindWords(
        "Pemohon layanan memilih layanan dan membayar dengan QRIS; kuitansinya dibawa ke loket layanan.",
        ("layanan", "berkas", "contoh uji"),
    ),
    Kind.SKRD: KindWords(
        "Besarnya ditetapkan dalam SKRD; halaman titik ini tidak menjual, pembayaran mengikuti surat "
        "ketetapan.",
        ("bulan", "tahun"),
    ),
}
UNITS = tuple(dict.fromkeys(unit for words in WORDS.values() for unit in words.units))
"""Every unit that a tariff may have."""
