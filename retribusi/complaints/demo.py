"""The demo's complaints: one in every state, each marked as a demonstration in its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from opd import demo as people
from opd.demo import PARIWISATA, PENDIDIKAN
from opd.models import Role, User
from opd.office.calendar import at as moment
from opd.office.calendar import day_of
from payments.incoming.models import Payment
from retribusi.complaints.models import Complaint
from retribusi.complaints.services import filing, handling
from retribusi.complaints.services.filing import Report
from retribusi.models import CollectionPoint, Order

HOUSE, MUSEUM = "rumah-bung-karno", "museum-negeri"


@dataclass(frozen=True)
class Scene:
    """One complaint: days before the seeding, what it says, and what became of it."""

    back: int
    category: str
    text: str
    place: str
    contact: str
    then: Callable[[Complaint, datetime], None]
    code: str = ""
    picture: bool = False


def seed(*, at: datetime) -> str:
    """Complaints through the services, once. Says what it did."""
    if Complaint.objects.exists():
        return "sudah ada"
    for number, scene in enumerate(_scenes(at)):
        filed = min(moment(day_of(at) - timedelta(days=scene.back), 9, 12), at)
        report = Report(
            category=scene.category,
            happened_on=day_of(filed),
            text=f"(Peragaan) {scene.text}",
            point=CollectionPoint.objects.filter(slug=scene.place).first(),
            reference=scene.code,
            contact=scene.contact,
        )
        evidence = picture(scene.text) if scene.picture else None
        key = f"pengaduan-peragaan-{number}"
        scene.then(filing.file_complaint(report=report, evidence=evidence, form_key=key, at=filed), filed)
    return f"{Complaint.objects.count()} pengaduan"


def _scenes(at: datetime) -> tuple[Scene, ...]:
    return (
        Scene(34, "cash", "Juru parkir menolak QRIS dan meminta tunai tanpa karcis.", HOUSE, "", _late),
        Scene(24, "payment", "Saldo terpotong dua kali untuk satu pesanan.", HOUSE, "081200000123", _settled,
              code=_paid_twice(at)),
        Scene(15, "tariff", "Papan tarif di pintu berbeda dengan tarif di halaman ini.", MUSEUM,
              "warga@contoh.invalid", _again, picture=True),
        Scene(13, "refund", "Sudah bayar tetapi museum tutup lebih awal.", MUSEUM, "", _handled),
        Scene(6, "service", "Petugas belum tahu cara memindai tiket.", HOUSE, "", _answered),
        Scene(2, "other", "Apakah sewa aula sudah dapat dibayar dengan QRIS?", "", "", _left),
        Scene(1, "ticket", "Kuitansi tidak dapat dibuka di ponsel lama.", HOUSE, "081200000456", _left),
    )  # fmt: skip


def _paid_twice(at: datetime) -> str:
    """The order that the demo's visitor paid twice."""
    keys = Payment.objects.filter(kind="double", paid_at__lt=at).values("request__payable_key")
    paid = Order.objects.filter(key__in=keys).first()
    return paid.code if paid else ""


def _treasurer(complaint: Complaint) -> User:
    museum = complaint.opd_id == people.agency(PENDIDIKAN).pk
    return people.holder(Role.BENDAHARA_PENERIMAAN, PENDIDIKAN if museum else PARIWISATA)


def _answer(complaint: Complaint, text: str, when: datetime) -> None:
    handling.answer(complaint_id=complaint.pk, text=text, by=_treasurer(complaint), at=when)


def _left(complaint: Complaint, filed: datetime) -> None:
    """Nobody has done anything yet."""


def _late(complaint: Complaint, filed: datetime) -> None:
    by = _treasurer(complaint)
    _answer(complaint, "Juru parkir sudah diingatkan dan papan QRIS dipasang.", filed + timedelta(days=12))
    reason = "Tidak ada tanggapan lagi dari pelapor."
    handling.close(complaint_id=complaint.pk, reason=reason, by=by, at=filed + timedelta(days=26))


def _settled(complaint: Complaint, filed: datetime) -> None:
    by = _treasurer(complaint)
    handling.note(
        complaint_id=complaint.pk,
        text="Cocok dengan titipan di Penerimaan.",
        by=by,
        at=filed + timedelta(hours=3),
    )
    _answer(
        complaint, "Pembayaran kedua kami catat sebagai titipan Anda dan sedang kami kembalikan.",
        filed + timedelta(hours=5),
    )  # fmt: skip
    filing.say_settled(complaint_id=complaint.pk, rating=5, at=filed + timedelta(days=2))


def _again(complaint: Complaint, filed: datetime) -> None:
    _answer(complaint, "Papan tarif akan diganti pekan ini.", filed + timedelta(days=3))
    filing.say_unsettled(
        complaint_id=complaint.pk, rating=2, text="Papan lama masih terpasang.", at=filed + timedelta(days=14)
    )


def _handled(complaint: Complaint, filed: datetime) -> None:
    by = _treasurer(complaint)
    assert complaint.opd is not None
    handling.assign(
        complaint_id=complaint.pk, opd=complaint.opd, officer=by, by=people.user(Role.ADMINISTRATOR),
        at=filed + timedelta(hours=4),
    )  # fmt: skip
    text = "Saya datang pukul 15.10, pintu sudah dikunci."
    filing.add_message(complaint_id=complaint.pk, text=text, at=filed + timedelta(days=1))


def _answered(complaint: Complaint, filed: datetime) -> None:
    _answer(
        complaint, "Petugas sudah dilatih ulang. Terima kasih atas laporannya.", filed + timedelta(days=1)
    )


def picture(words: str) -> ContentFile[bytes]:
    sheet = Image.new("RGB", (420, 300), "white")
    ImageDraw.Draw(sheet).multiline_text((20, 30), f"CONTOH\n{words[:50]}", fill="black")
    content = BytesIO()
    sheet.save(content, "PNG")
    return ContentFile(content.getvalue(), name="contoh-papan-tarif.png")
