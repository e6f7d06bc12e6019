"""The demo's instruction: issued to every agency, acknowledged by some, done by fewer, one reminded."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from opd import demo as people
from opd.access import Scope
from opd.demo import KOMINFO, PARIWISATA, PENDIDIKAN
from opd.models import Opd, Role, User
from opd.office import attachments
from opd.office.calendar import day_of
from opd.services.people import assign_role, create_user, new_password
from tp2dd.instruction import papers, services
from tp2dd.instruction.board import board
from tp2dd.instruction.compliance import Claim
from tp2dd.instruction.models import Addressee, Duty, Instruction
from tp2dd.instruction.services.drafting import Written
from tp2dd.instruction.services.issuing import LETTER
from tp2dd.instruction.subjects import PROOF

BEGUN = 40
"""Days ago that the letter was signed."""
POINTS = (
    ("Retribusi dibayar dengan QRIS", -10, "takings", "", None),
    ("Belanja lewat m-banking atau CMS, mulai dengan uji coba", -5, "channel", "cms", None),
    ("Paling sedikit 80 % belanja tanpa uang tunai", 30, "share", "", 80),
    ("Kartu Kredit Indonesia (KKPD) dipakai", 20, "cards", "", None),
    ("Surat edaran kepala OPD tentang transaksi nontunai", -3, "report", "", None),
)  # fmt: skip
"""Words, days from today to the deadline, measure, channel, target."""
HEADS = {"117": "Dinas Sosial", "121": "Dinas Perhubungan", "126": "BPKD"}
"""Agencies beyond the pilots whose head acknowledges; each gets an account for it."""
REMINDED = "115"


def seed(*, at: datetime) -> str:
    """Through the services, once. Says what it did."""
    if Instruction.objects.exists():
        return "sudah ada"
    row = _issued(at)
    heads = {code: people.holder(Role.PA, code) for code in (PARIWISATA, PENDIDIKAN, KOMINFO)}
    heads |= {code: _head(code, name, at) for code, name in HEADS.items()}
    for place, (code, head) in enumerate(heads.items()):
        services.acknowledge(
            addressee_id=_addressed(row, code).pk, note="", by=head, at=at - timedelta(days=30 - place)
        )
    _answer(row, heads, at)
    _remind(row, at)
    return f"{row.addressees.count()} OPD dituju, {len(heads)} menyatakan terima"


def _issued(at: datetime) -> Instruction:
    then, secretary = at - timedelta(days=BEGUN), people.user(Role.SEKRETARIS_TP2DD)
    agencies = Opd.objects.valid(on=day_of(then)).values_list("pk", flat=True)
    row = services.draft(
        written=Written(
            number=f"DEMO/12/{day_of(then).year}", day=day_of(then),
            subject="Transaksi nontunai di seluruh perangkat daerah (peragaan)",
            content="Seluruh kepala OPD meninggalkan transaksi tunai: retribusi dibayar dengan QRIS, dimulai "
            "dari Rumah Bung Karno; belanja dibayar dengan QRIS, m-banking, KKPD, atau uang elektronik, "
            "dimulai dari OPD uji coba. TP2DD memantau dan menilai.",
            legal_basis="Permendagri 56/2021; contoh untuk peragaan, bukan surat asli",
            deadline=day_of(at) + timedelta(days=30),
        ),
        opd_ids=agencies, replaces_id=None, by=secretary, at=then,
    )  # fmt: skip
    for text, days, measure, channel, target in POINTS:
        services.add_point(
            instruction_id=row.pk, text=text, deadline=day_of(at) + timedelta(days=days), measure=measure,
            channel=channel, target=target, by=secretary, at=then,
        )  # fmt: skip
    letter = _sheet("SURAT INSTRUKSI - PERAGAAN", "instruksi-peragaan.png")
    attachments.attach(subject=row, kind=LETTER, upload=letter, by=secretary, at=then)
    return services.issue(instruction_id=row.pk, by=people.user(Role.SEKDA), at=then)


def _answer(row: Instruction, heads: dict[str, User], at: datetime) -> None:
    """The last point reported by three: taken, returned and waiting; the first does not apply to one."""
    secretary = people.user(Role.SEKRETARIS_TP2DD)
    done = {code: _report(row, code, 5, Claim.DONE, heads[code], at, days) for code, days in
            ((PARIWISATA, 12), (KOMINFO, 8), (PENDIDIKAN, 2))}  # fmt: skip
    services.accept(
        duty_id=done[PARIWISATA].pk, note="Surat edaran sesuai.", by=secretary, at=at - timedelta(days=9)
    )
    services.send_back(
        duty_id=done[KOMINFO].pk, reason="Surat edarannya belum ditandatangani.", by=secretary,
        at=at - timedelta(days=6),
    )  # fmt: skip
    exempt = _report(row, "117", 1, Claim.EXEMPT, heads["117"], at, 20)
    services.accept(duty_id=exempt.pk, note="", by=secretary, at=at - timedelta(days=18))


def _report(
    row: Instruction, code: str, serial: int, claim: Claim, by: User, at: datetime, days: int
) -> Duty:
    then = at - timedelta(days=days)
    duty = Duty.objects.get(addressee=_addressed(row, code), point__serial=serial)
    proof = _sheet(f"BUKTI BUTIR {serial} - PERAGAAN", f"bukti-{code}-{serial}.png")
    attachments.attach(subject=duty, kind=PROOF, upload=proof, by=by, at=then)
    words = {
        Claim.DONE: "Surat edaran kepala OPD sudah terbit dan dibagikan kepada bendahara (peragaan).",
        Claim.EXEMPT: "OPD ini tidak memungut retribusi (peragaan).",
    }[claim]
    return services.report(duty_id=duty.pk, claim=str(claim), text=words, by=by, at=then)


def _remind(row: Instruction, at: datetime) -> None:
    then, one = at - timedelta(days=1), _addressed(row, REMINDED)
    standing = board(row, Scope(frozenset({one.opd_id})), today=day_of(then))
    services.remind(
        addressee_id=one.pk, text=papers.prefilled(row, standing.rows[0]),
        by=people.user(Role.SEKRETARIS_TP2DD), at=then,
    )  # fmt: skip


def _addressed(row: Instruction, code: str) -> Addressee:
    return Addressee.objects.select_related("opd").get(instruction=row, opd__code=code)


def _head(code: str, name: str, at: datetime) -> User:
    """An account of the demo for the head of one more agency."""
    head = create_user(
        username=f"kepala.{code}", name=f"Kepala {name} (demo)", nip="", password=new_password(), by=None,
        at=at, is_demo=True,
    )  # fmt: skip
    day = people.year_start(day_of(at))
    assign_role(
        user=head, role=Role.PA, opd=people.agency(code), decree_number=people.DECREE, decree_date=day,
        valid_from=day, valid_to=None, by=None, at=at,
    )  # fmt: skip
    return head


def _sheet(words: str, name: str) -> ContentFile[bytes]:
    """A white sheet that says what it is."""
    sheet = Image.new("RGB", (640, 360), "white")
    ImageDraw.Draw(sheet).text((40, 160), words, fill="black")
    made = io.BytesIO()
    sheet.save(made, "PNG")
    return ContentFile(made.getvalue(), name=name)
