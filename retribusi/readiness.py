"""Siap jual: what a collection point needs before it may take money, one sentence each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from retribusi.models import CollectionPoint, TariffItem


@dataclass(frozen=True)
class Check:
    """``label`` says what must hold, ``hint`` what to do where it does not; a mere warning does not block."""

    label: str
    ok: bool
    hint: str = ""
    warning: bool = False

    @property
    def blocks(self) -> bool:
        return not self.ok and not self.warning


def checks(point: CollectionPoint, *, on: date) -> list[Check]:
    """Everything a point must have on a WIB day. Three queries."""
    tariffs = list(point.tariffs.on_sale(on=on))
    return [*_account(point, on), *_tariffs(tariffs), *_words(point)]


def is_ready(point: CollectionPoint, *, on: date) -> bool:
    return not any(check.blocks for check in checks(point, on=on))


def _account(point: CollectionPoint, on: date) -> list[Check]:
    account = point.receiving_account
    in_force = account is not None and (
        account.valid_from <= on and (account.valid_to is None or on <= account.valid_to)
    )
    return [
        Check(
            "rekening penerimaan dipilih",
            account is not None,
            "Daftarkan dahulu dengan SK, lalu pilih di sini.",
        ),
        Check(
            "rekening penerimaan berlaku hari ini", in_force, "Masa SK-nya belum mulai atau sudah berakhir."
        ),
        Check(
            "mitra bank rekening ini aktif",
            account is not None and account.partner.is_active,
            "Buka mitranya di Pengaturan → Mitra bank, lalu uji sambungannya.",
        ),
        Check(
            "rekening penerimaan milik OPD yang sama",
            account is not None and account.opd_id == point.opd_id,
            "Uang satu OPD tidak boleh masuk ke rekening OPD lain.",
        ),
    ]


def _tariffs(tariffs: list[TariffItem]) -> list[Check]:
    codes = {(item.kode_lra, item.kode_lo) for item in tariffs}
    return [
        Check("ada tarif yang berlaku hari ini", bool(tariffs), "Tambahkan tarif dan nyatakan berlaku."),
        Check(
            "satu kode rekening untuk semua tarif yang berlaku",
            len(codes) == 1,
            "Satu pesanan dibukukan ke satu kode rekening; pisahkan titik bila kodenya berbeda.",
        ),
        Check(
            "tarif sudah dikonfirmasi",
            not any(item.needs_confirmation for item in tariffs),
            "Cocokkan dengan lampiran Perda; pengunjung melihat tanda “perlu konfirmasi”.",
            warning=True,
        ),
    ]


def _words(point: CollectionPoint) -> list[Check]:
    return [
        Check("jam buka ditetapkan", point.hours.exists(), "Isi jam buka untuk tujuh hari."),
        Check("kontak untuk pengunjung diisi", bool(point.contact), "Dipakai bila ada uang yang bermasalah."),
        Check("dasar hukum disebut", bool(point.legal_basis), "Nomor Perda dan lampirannya."),
    ]
