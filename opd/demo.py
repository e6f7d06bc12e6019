"""The demo's agencies and labelled accounts, one per role; passwords are random per installation."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings

from opd.models import Opd, Role, User
from opd.office.calendar import day_of
from opd.services.agencies import import_agencies, parse
from opd.services.people import assign_role, create_user, new_password
from opd.stepup import give_demo_factor

AGENCIES = Path(__file__).parent / "data" / "opd_bengkulu.csv"
PARIWISATA, PENDIDIKAN, KOMINFO = "113", "120", "146"
PILOTS = (PARIWISATA, PENDIDIKAN, KOMINFO)
"""Agencies that already spend without cash in the demo."""
SUFFIXES = {PARIWISATA: "", PENDIDIKAN: ".dikbud", KOMINFO: ".kominfo"}
AGENCY_NAMES = {PARIWISATA: "Pariwisata", PENDIDIKAN: "Dikbud", KOMINFO: "Kominfo"}
Row = tuple[str, str, Role, str | None, str]
PROVINCE: tuple[Row, ...] = (
    (
        "bendahara",
        "Bendahara Penerimaan Dinas Pariwisata (demo)",
        Role.BENDAHARA_PENERIMAAN,
        PARIWISATA,
        "Lihat penerimaan hari ini, lalu unggah berkas settlement.",
    ),
    (
        "bendahara.museum",
        "Bendahara Penerimaan Dinas Pendidikan (demo)",
        Role.BENDAHARA_PENERIMAAN,
        PENDIDIKAN,
        "Penerimaan Museum Negeri; tidak melihat OPD lain.",
    ),
    (
        "loket",
        "Petugas Loket Rumah Bung Karno (demo)",
        Role.PETUGAS_LOKET,
        PARIWISATA,
        "Jual di loket dari ponsel: QRIS, EDC, tunai; tutup shift.",
    ),
    (
        "gerbang",
        "Petugas Gerbang Rumah Bung Karno (demo)",
        Role.PETUGAS_GERBANG,
        PARIWISATA,
        "Daftarkan ponsel di Gerbang, lalu pindai tiket, juga tanpa jaringan.",
    ),
    ("kuasabud", "Kuasa BUD (demo)", Role.KUASA_BUD, None, "Unggah rekening koran RKUD; catat SP2D."),
    ("auditor", "Auditor (demo)", Role.AUDITOR, None, "Baca jurnal dan neraca saldo, unduh CSV."),
    (
        "auditor.pariwisata",
        "Auditor Dinas Pariwisata (demo)",
        Role.AUDITOR,
        PARIWISATA,
        "Surat tugas untuk satu OPD: semua halaman menyempit kepadanya.",
    ),
    ("tp2dd", "Anggota TP2DD (demo)", Role.TP2DD_MEMBER, None, "Buka papan TP2DD dan peluncuran OPD."),
    ("sekda", "Sekretaris Daerah (demo)", Role.SEKDA, None, "Satu halaman: papan, peluncuran, konsistensi."),
    (
        "sekretaris.tp2dd",
        "Sekretaris TP2DD (demo)",
        Role.SEKRETARIS_TP2DD,
        None,
        "Isi kuesioner ETPD dari fakta, minta jawaban, bekukan, sampaikan.",
    ),
    (
        "peninjau.bi",
        "Peninjau KPw Bank Indonesia (demo)",
        Role.PENINJAU_BI,
        None,
        "Periksa kuesioner ETPD: setujui atau kembalikan.",
    ),
    (
        "perencana",
        "Perencana Bappeda (demo)",
        Role.PERENCANA,
        None,
        "Impor dokumen perencanaan, lihat di mana rantainya putus.",
    ),
    ("admin", "Administrator (demo)", Role.ADMINISTRATOR, None, "Atur pengguna, OPD, bank, dan titik."),
)
OFFICES: tuple[tuple[str, str, Role, str], ...] = (
    ("pptk", "PPTK", Role.PPTK, "Ajukan belanja (NPD) atas baris anggaran."),
    ("pa", "Pengguna Anggaran", Role.PA, "Setujui belanja, uji tagihan KKPD, terbitkan SPM."),
    ("bendahara.pengeluaran", "Bendahara Pengeluaran", Role.BENDAHARA_PENGELUARAN,
     "Uji dan bayar belanja; BKU dan SPJ."),
    ("ppk", "PPK-OPD", Role.PPK_OPD, "Verifikasi SPP dan pertanggungjawaban."),
    ("pemegang.kkpd", "Pemegang KKPD pertama", Role.PEMEGANG_KKPD, "Lapor belanja kartu dari ponsel."),
    ("pemegang.kkpd2", "Pemegang KKPD kedua", Role.PEMEGANG_KKPD, ""),
    ("admin.kkpd", "Administrator KKPD", Role.ADMINISTRATOR_KKPD, "Kelola kartu, impor tagihan bank."),
    ("pegawai", "Pegawai", Role.PEGAWAI, "Lapor belanja uang elektronik dari ponsel."),
)  # fmt: skip
ALSO_PARIWISATA: tuple[tuple[str, str, Role, str], ...] = (
    ("kpa", "Kuasa Pengguna Anggaran", Role.KPA, ""),
    ("bpp", "Bendahara Pengeluaran Pembantu", Role.BENDAHARA_PENGELUARAN_PEMBANTU, ""),
)


def _offices() -> Iterator[Row]:
    for code, suffix in SUFFIXES.items():
        for username, title, role, what_to_try in (*OFFICES, *(ALSO_PARIWISATA if not suffix else ())):
            name = f"{title} {AGENCY_NAMES[code]} (demo)"
            yield f"{username}{suffix}", name, role, code, "" if suffix else what_to_try


CAST: tuple[Row, ...] = (*PROVINCE, *_offices())
"""Every demo account; ``up`` prints those that say what to try, the file holds them all."""
SECOND_FACTOR = frozenset({
    *(Role.ADMINISTRATOR, Role.KUASA_BUD, Role.PA, Role.KPA, Role.PPTK, Role.PPK_OPD),
    *(Role.BENDAHARA_PENGELUARAN, Role.BENDAHARA_PENGELUARAN_PEMBANTU, Role.ADMINISTRATOR_KKPD),
    *(Role.TP2DD_MEMBER, Role.PEMEGANG_KKPD, Role.BENDAHARA_PENERIMAAN, Role.PETUGAS_GERBANG),
    *(Role.SEKRETARIS_TP2DD, Role.SEKDA),
})  # fmt: skip
"""Demo roles that move money or change rights; ``manage.py demo_code ROLE`` tells their code."""
DECREE = "SK Demo 1/2026"
ASSIGNMENT = timedelta(days=365)
"""How long the demo's auditor examines."""


def seed(*, at: datetime) -> None:
    """Agencies and accounts; the accounts' passwords go to DATA_DIR/demo_accounts.json (0600)."""
    import_agencies(rows=parse(AGENCIES.read_bytes()), by=None, at=at)
    accounts = [_account(*row, at=at) for row in CAST]
    path = Path(settings.DATA_DIR) / "demo_accounts.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump({"accounts": accounts}, file, ensure_ascii=False, indent=1)


def user(role: Role) -> User:
    """The demo account that holds ``role`` (the first of the cast)."""
    username = next(row[0] for row in CAST if row[2] == role)
    return User.objects.get(username=username, is_demo=True)


def holder(role: Role, code: str) -> User:
    """The demo account that holds ``role`` at an agency of the demo (the first of the cast)."""
    username = next(row[0] for row in CAST if row[2] == role and row[3] == code)
    return User.objects.get(username=username, is_demo=True)


def year_start(day: date) -> date:
    """When the demo's decrees of a year begin: 2 January, or the day itself where that is still to come."""
    return min(day, date(day.year, 1, 2))


def agency(code: str) -> Opd:
    return Opd.objects.filter(code=code).latest("valid_from")


def _account(
    username: str, name: str, role: Role, opd: str | None, what_to_try: str, *, at: datetime
) -> dict[str, str]:
    password = new_password()
    person = create_user(
        username=username, name=name, nip="", password=password, by=None, at=at, is_demo=True
    )
    office = [agency(opd)] if opd else []
    is_letter = role == Role.AUDITOR
    assign_role(
        user=person,
        role=role,
        opd=office[0] if office and not is_letter else None,
        agencies=office if is_letter else [],
        decree_number=DECREE,
        decree_date=date(2026, 1, 2),
        valid_from=date(2026, 1, 2),
        valid_to=day_of(at) + ASSIGNMENT if role == Role.AUDITOR else None,
        by=None,
        at=at,
    )
    if role in SECOND_FACTOR:
        give_demo_factor(person)
    return {"username": username, "password": password, "role": role.label, "what_to_try": what_to_try}
