"""The demo's evaluations, labelled as such: last semester's published, this one's under review, all mixed."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from opd import demo as people
from opd.demo import KOMINFO, PARIWISATA, PENDIDIKAN, PILOTS
from opd.models import Opd, Role, User
from opd.office import attachments
from opd.office.calendar import day_of
from tp2dd import rollup
from tp2dd.evaluation import rights, services, standing
from tp2dd.evaluation.models import Campaign, Sheet
from tp2dd.evaluation.services import Said

NOTE = "Contoh peragaan, bukan penilaian sesungguhnya"
TEAM = {"P1": "1", "P2": "4", "P4": "3", "P5": "1", "O4": "2", "C4": "82"}
BEFORE = {
    PARIWISATA: {"P2": "4", "P7": "1", "O4": "2", "C4": "86"},
    PENDIDIKAN: {"P2": "2", "P7": "1", "O4": "1", "C4": "74"},
    KOMINFO: {"P2": "1", "P7": "0", "O4": "1", "C4": "79"},
}
NOW = {
    PARIWISATA: {"P2": "5", "P7": "1", "O4": "2", "C4": "88"},
    PENDIDIKAN: {"P2": "2", "P7": "1", "O4": "1", "C4": "76"},
    KOMINFO: {"P2": "2", "P7": "1"},
}
"""What an agency says of itself; the running period's third agency has only begun."""


def seed(*, at: datetime) -> str:
    """Two periods through the services, once. Says what it did."""
    if Campaign.objects.exists():
        return "sudah ada"
    rollup.refresh(since=day_of(at) - timedelta(days=400), at=at)
    begun = day_of(at) - timedelta(days=1)  # on its first day a period has nobody who fills it yet
    year, half = (begun.year, 1) if begun.month <= 6 else (begun.year, 2)
    done = _published(*((year, 1) if half == 2 else (year - 1, 2)), at - timedelta(days=3))
    running = _running(year, half, at - timedelta(days=1))
    return f"{done} diumumkan, {running} ditinjau"


def _published(year: int, half: int, at: datetime) -> Campaign:
    row = _open(year, half, at)
    for code in PILOTS:
        _fill(row, code, BEFORE[code], at)
        _submit(row, code, at)
    _fill(row, None, TEAM, at)
    _submit(row, None, at)
    services.start_review(campaign_id=row.pk, by=_secretary(), at=at)
    _judge(row, PENDIDIKAN, "P2", "1", "Satu dari dua kegiatan tanpa daftar hadir (peragaan)", at)
    _finish(row, [None, *PILOTS], at)
    services.close_review(campaign_id=row.pk, by=_secretary(), at=at)
    sekda = people.user(Role.SEKDA)
    said = Said("C4", "78", True, "Disesuaikan dengan survei provinsi (peragaan)", 0)
    services.decide(sheet_id=_sheet(row, None).pk, said=said, by=sekda, at=at)
    services.finalise(campaign_id=row.pk, by=sekda, at=at)
    return services.publish(campaign_id=row.pk, by=sekda, at=at)


def _running(year: int, half: int, at: datetime) -> Campaign:
    """Under review: one sheet done, one given back, one that has not come, the team's waiting."""
    row = _open(year, half, at)
    for code in (PARIWISATA, PENDIDIKAN):
        _fill(row, code, NOW[code], at)
        _submit(row, code, at)
    _fill(row, KOMINFO, NOW[KOMINFO], at)
    _fill(row, None, TEAM, at)
    _submit(row, None, at)
    services.start_review(campaign_id=row.pk, by=_secretary(), at=at)
    _judge(row, PARIWISATA, "P2", "4", "Lima kegiatan disebut, empat berdaftar hadir (peragaan)", at)
    _finish(row, [PARIWISATA], at)
    services.send_back(
        sheet_id=_sheet(row, PENDIDIKAN).pk, reason="Foto sosialisasi tanpa tanggal (peragaan)",
        by=people.user(Role.TP2DD_MEMBER), at=at,
    )  # fmt: skip
    row.refresh_from_db()
    return row


def _open(year: int, half: int, at: datetime) -> Campaign:
    """With the rule's deadlines, or two weeks from now where those are past."""
    dues = services.deadlines(Campaign(year=year, half=half).period.last)
    today = day_of(at)

    def later(day: date, days: int) -> date:
        return max(day, today + timedelta(days=days))

    return services.open_campaign(
        year=year, half=half, opds=[people.agency(code) for code in PILOTS], own_due=later(dues.own, 14),
        review_due=later(dues.review, 28), final_due=later(dues.final, 35), by=_secretary(), at=at,
    )  # fmt: skip


def _secretary() -> User:
    return people.user(Role.SEKRETARIS_TP2DD)


def _sheet(row: Campaign, code: str | None) -> Sheet:
    opd: Opd | None = people.agency(code) if code else None
    rows = Sheet.objects.select_related("campaign__rubric_version", "opd")
    return rows.get(campaign=row, opd=opd)


def _own(code: str | None, role: Role) -> User:
    return people.holder(role, code) if code else _secretary()


def _fill(row: Campaign, code: str | None, values: dict[str, str], at: datetime) -> None:
    """Each value with a note, and a sheet of paper where evidence is asked and something is claimed."""
    sheet, by = _sheet(row, code), _own(code, Role.PPK_OPD)
    items = standing.board(sheet).by_code
    for name, value in values.items():
        services.fill(sheet_id=sheet.pk, said=Said(name, value, True, NOTE, 0), by=by, at=at)
        kinds = items[name].indicator.evidence
        if kinds and value != "0":
            attachments.attach(
                subject=(rights.ITEM, rights.item_id(sheet, name)), kind=kinds[0], by=by, at=at,
                upload=_paper(f"{row}, {sheet.subject}, {name}"),
            )  # fmt: skip


def _submit(row: Campaign, code: str | None, at: datetime) -> None:
    by = _own(code, Role.PA)
    services.submit(sheet_id=_sheet(row, code).pk, late_reason="", by=by, at=at)


def _judge(row: Campaign, code: str, name: str, value: str, reason: str, at: datetime) -> None:
    said = Said(name, value, True, reason, 0)
    services.review(sheet_id=_sheet(row, code).pk, said=said, by=people.user(Role.TP2DD_MEMBER), at=at)


def _finish(row: Campaign, codes: Iterable[str | None], at: datetime) -> None:
    for code in codes:
        services.finish(sheet_id=_sheet(row, code).pk, by=people.user(Role.TP2DD_MEMBER), at=at)


def _paper(words: str) -> ContentFile[bytes]:
    """A white sheet that says what it is, different for each indicator."""
    sheet = Image.new("RGB", (640, 360), "white")
    ImageDraw.Draw(sheet).text((40, 150), f"BUKTI PERAGAAN\n{words}", fill="black")
    made = io.BytesIO()
    sheet.save(made, "PNG")
    return ContentFile(made.getvalue(), name="bukti-peragaan.png")
