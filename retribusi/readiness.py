"""Siap jual: what a collection point needs before it may take money, one sentence each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from retribusi.models import CollectionPoint, OpeningHours, TariffItem


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
    return checks_of([point], on=on)[point.pk]


def checks_of(points: Sequence[CollectionPoint], *, on: date) -> dict[int, list[Check]]:
    """``checks`` of many points by their key; three queries and those of the accounts not yet loaded."""
    tariffs: dict[int, list[TariffItem]] = {point.pk: [] for point in points}
    found = TariffItem.objects.on_sale(on=on).filter(point__in=tariffs)
    for item in found:
        tariffs[item.point_id].append(item)
    hours = set(OpeningHours.objects.filter(point__in=tariffs).values_list("point_id", flat=True))
    return {point.pk: _checks(point, tariffs[point.pk], point.pk in hours, on) for point in points}


def is_ready(point: CollectionPoint, *, on: date) -> bool:
    return not any(check.blocks for check in checks(point, on=on))


def _checks(point: CollectionPoint, tariffs: list[TariffItem], has_hours: bool, on: date) -> list[Check]:
    sale = [*_tariffs(tariffs), _hours(has_hours)] if point.sells_on_page else []
    return [*_account(point, on), *sale, *_words(point)]


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
    return [
        Check("ada tarif yang berlaku hari ini", bool(tariffs), "Tambahkan tarif dan nyatakan berlaku."),
        Check(
            "tarif sudah dikonfirmasi",
            not any(item.needs_confirmation for item in tariffs),
            "Cocokkan dengan lampiran Perda; pengunjung melihat tanda “perlu konfirmasi”.",
            warning=True,
        ),
    ]


def _hours(has_hours: bool) -> Check:
    return Check("jam buka ditetapkan", has_hours, "Isi jam buka untuk tujuh hari.")


def _words(point: CollectionPoint) -> list[Check]:
    return [
        Check("kontak untuk pengunjung diisi", bool(point.contact), "Dipakai bila ada uang yang bermasalah."),
        Check("dasar hukum disebut", bool(point.legal_basis), "Nomor Perda dan lampirannya."),
    ]
