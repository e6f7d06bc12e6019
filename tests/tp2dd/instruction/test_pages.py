"""The pages of an instruction: from the draft to the closing, lists, downloads, rights, the home page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from opd.models import Role, User
from opd.office import attachments
from opd.office.models import Attachment
from tests.opd.cast import agency, person
from tests.tp2dd.instruction.test_services import remind
from tests.tp2dd.instruction.world import AT, BACKEND, LATER, WRITTEN, World, sheet
from tests.tp2dd.test_rollout import complete, judge, start
from tp2dd.instruction import services
from tp2dd.instruction.models import Instruction, Measure
from tp2dd.instruction.subjects import PROOF

pytestmark = pytest.mark.django_db


def enter(client: Client, user: User) -> Client:
    client.force_login(user, backend=BACKEND)
    return client


def get(client: Client, name: str, *args: object, **query: str) -> str:
    return str(client.get(reverse(f"instruction:{name}", args=args), query).content.decode())


def post(client: Client, name: str, *args: object, **data: Any) -> str:
    answer = client.post(reverse(f"instruction:{name}", args=args), data, follow=True)
    return str(answer.content.decode())


def csv(client: Client, name: str, *args: object) -> list[str]:
    answer: Any = client.get(reverse(f"instruction:{name}", args=args), {"unduh": "csv"})
    return str(b"".join(answer.streaming_content).decode("utf-8-sig")).splitlines()


def status(client: Client, address: str) -> int:
    answer = client.get(address)
    assert answer.getvalue()
    return answer.status_code


def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second factor was given a moment ago."""
    monkeypatch.setattr("opd.stepup.is_fresh", lambda request: True)


def test_from_a_draft_to_a_closed_instruction(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh(monkeypatch)
    enter(client, world.secretary)
    head = {**vars(WRITTEN), "replaces": "", "opds": [world.opd.pk, world.other.pk]}
    assert "Isi nomor surat" in post(client, "new", **head | {"number": "x"})
    assert "Konsep disimpan" in post(client, "new", **head)
    row = Instruction.objects.get()
    assert "Konsep diubah" in post(client, "edit", row.pk, **head | {"subject": "Semua nontunai"})
    point = {"text": "Surat edaran", "deadline": "2026-07-31", "measure": "report"}
    assert "Butir ditambah" in post(client, "point_add", row.pk, **point)
    assert "Pilih kanalnya" in post(client, "point_add", row.pk, **point | {"measure": "channel"})
    assert "Butir ditambah" in post(client, "point_add", row.pk, **point | {"measure": "cards"})
    assert "Butir dihapus" in post(client, "point_remove", row.pk, 2)
    upload = reverse("office:attachment_upload", args=["instruction.instruction", row.pk])
    said = client.post(upload, {"kind": "letter", "berkas": sheet()}, follow=True)
    assert "menunggu Sekretaris Daerah menerbitkannya" in said.content.decode()
    enter(client, world.sekda)
    assert "Instruksi berlaku" in post(client, "issue", row.pk)
    world.instruction = row
    addressee, duty = world.addressee().pk, world.duty().pk
    enter(client, world.head)
    assert "Nyatakan terima" in get(client, "agency", addressee)
    assert "Tercatat" in post(client, "acknowledge", addressee, note="Siap")
    assert "Lampirkan buktinya" in post(client, "report", duty, claim="done", text="Sudah terbit kemarin")
    world.prove()
    assert "Laporan dikirim" in post(client, "report", duty, claim="done", text="Sudah terbit kemarin")
    enter(client, world.secretary)
    assert "Laporan dikembalikan" in post(client, "send_back", duty, reason="Belum ditandatangani")
    world.report()
    assert "Laporan diterima" in post(client, "accept", duty, note="")
    other = world.addressee(world.other).pk
    letter = post(client, "remind", other, text="Kami minta Saudara segera melapor.")
    assert "Kepala Dinas Sosial" in letter
    assert "1/PENGINGAT/136/2026" in letter
    assert "sudah diingatkan hari ini" in post(client, "remind", other, text="Sekali lagi, kami minta.")
    enter(client, world.sekda)
    assert "Instruksi ditutup" in post(client, "close", row.pk, note="Diteruskan tahun depan")
    assert "Ringkasan instruksi" in get(client, "brief_print", row.pk)
    assert client.get(reverse("instruction:brief", args=[row.pk])).content.startswith(b"%PDF")


def test_issuing_and_closing_ask_for_the_second_factor(client: Client, world: World) -> None:
    world.whole()
    enter(client, world.sekda)
    post(client, "issue", world.instruction.pk)
    assert Instruction.objects.get().state == "draft"
    services.issue(instruction_id=world.instruction.pk, by=world.sekda, at=AT)
    post(client, "close", world.instruction.pk, note="Sudah selesai")
    assert Instruction.objects.get().state == "issued"


def test_the_one_page_shows_every_agency_and_downloads(client: Client, world: World) -> None:
    world.issue()
    world.reported()
    member = person("tp2dd", Role.TP2DD_MEMBER)
    complete(world.opd, member, "cms")
    services.remind(addressee_id=world.addressee(world.other).pk, text="Kami minta Saudara segera melapor.",
                    by=world.secretary, at=AT)  # fmt: skip
    pk = world.instruction.pk
    with time_machine.travel(LATER, tick=False):
        enter(client, world.sekda)
        page = get(client, "page", pk)
        assert "2 OPD lewat batas waktu" in page
        assert "Menunggu diperiksa" in page
        assert "diingatkan 1 kali" in page
        assert "4/16" in page
        lines = csv(client, "page", pk)
        assert lines[1].startswith("113,Dinas Pariwisata,")
        assert lines[2].endswith(",0,3,5,1,Belum,Belum,Belum")
        assert "Dinas Sosial" not in get(client, "page", pk, keadaan="diperiksa").split("</thead>")[1]
        assert "Dinas Pariwisata" not in get(client, "page", pk, keadaan="belum_terima").split("</thead>")[1]
        assert "Tidak ada OPD yang cocok" in get(client, "page", pk, keadaan="lengkap")
        late = get(client, "page", pk, urut="terlambat").split("</thead>")[1]
        assert late.index("Dinas Sosial") < late.index("Dinas Pariwisata")
        assert "keadaan 5 Agu" in get(client, "page", pk, cetak="1")
        text = get(client, "message", pk)
        assert "Menyatakan terima: 1 dari 2 OPD" in text
        assert "Belum menyatakan terima: Dinas Sosial." in text
        assert "5 Agu 2026 10.00 WIB" in text
        assert client.get(reverse("instruction:brief", args=[pk])).content.startswith(b"%PDF")


def test_a_measured_point_follows_the_rollout_and_its_verdict_is_shown(client: Client, world: World) -> None:
    world.issue()
    member = person("tp2dd", Role.TP2DD_MEMBER)
    enter(client, world.sekda)
    assert "belum mulai" not in get(client, "page", world.instruction.pk)
    for channel in ("cms", "qris"):
        complete(world.opd, member, channel)
    start(world.opd, member, channel="cms")
    start(world.opd, member)
    judge(world.opd, member, "not_yet")
    row = world.row()
    assert row.marks[2].judged.standing == "met"
    assert row.readiness == (8, 16)
    assert [(channel, words) for channel, words, _ in row.verdicts] == [
        ("m-banking / CMS", "belum dinilai"), ("QRIS", "Belum lulus"),
    ]  # fmt: skip
    assert "1 belum dinilai, 1 belum lulus" in get(client, "page", world.instruction.pk)


def test_the_one_page_stays_within_its_queries(
    client: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    offices = [agency(f"9{number}", f"Dinas {number}").pk for number in range(40)]
    world.whole(opd_ids=[world.opd.pk, *offices])
    for measure in (Measure.SHARE, Measure.CARDS):
        target = 80 if measure == Measure.SHARE else None
        world.point(text="Belanja nontunai", deadline=WRITTEN.deadline, measure=measure, target=target)
    services.issue(instruction_id=world.instruction.pk, by=world.sekda, at=AT)
    world.reported()
    remind(world)
    enter(client, world.sekda)
    with django_assert_max_num_queries(32):
        page = get(client, "page", world.instruction.pk)
    assert page.count("<tr>") == 42
    with django_assert_max_num_queries(28):
        client.get(reverse("instruction:brief", args=[world.instruction.pk]))


def test_the_list_is_found_filtered_and_downloaded(client: Client, world: World) -> None:
    world.issue()
    world.acknowledge()
    enter(client, world.sekda)
    assert "1 dari 2 OPD" in get(client, "list")
    assert "Tidak ada instruksi yang cocok" in get(client, "list", keadaan="closed")
    assert WRITTEN.subject in get(client, "list", cari="800/12")
    assert csv(client, "list")[1].endswith(",Berlaku,2,1")


def test_an_agency_sees_its_own_alone_and_no_draft(client: Client, world: World) -> None:
    world.whole()
    enter(client, world.head)
    assert "Belum ada instruksi" in get(client, "list")
    assert client.get(reverse("instruction:page", args=[world.instruction.pk])).status_code == 404
    world.instruction = services.issue(instruction_id=world.instruction.pk, by=world.sekda, at=AT)
    page = get(client, "page", world.instruction.pk)
    assert "Dinas Pariwisata" in page
    assert "Dinas Sosial" not in page
    other = world.addressee(world.other)
    theirs = world.duty(1, world.other)
    assert client.get(reverse("instruction:agency", args=[other.pk])).status_code == 404
    assert client.get(reverse("instruction:duty", args=[theirs.pk])).status_code == 404
    assert client.post(reverse("instruction:acknowledge", args=[other.pk])).status_code == 404
    assert client.post(reverse("instruction:report", args=[theirs.pk])).status_code == 404
    stranger = enter(client, person("pa.lain", Role.PA, agency("146", "Kominfo")))
    assert stranger.get(reverse("instruction:page", args=[world.instruction.pk])).status_code == 404
    assert "Belum ada instruksi" in get(stranger, "list")


def test_the_letter_and_the_proofs_are_seen_by_those_they_concern(client: Client, world: World) -> None:
    world.issue()
    world.prove()
    remind(world)
    kept = [Attachment.objects.get(subject_type=f"instruction.{one}") for one in ("instruction", "duty")]
    reminder = reverse("instruction:reminder_pdf", args=[world.addressee().reminders.get().pk])
    addresses = [reverse("office:attachment_download", args=[one.pk]) for one in kept]
    for who in (world.head, world.sekda, person("auditor", Role.AUDITOR)):
        enter(client, who)
        assert [status(client, address) for address in addresses] == [200, 200]
        assert client.get(reminder).content.startswith(b"%PDF")
    enter(client, person("pa.lain", Role.PA, agency("146", "Kominfo")))
    assert [status(client, address) for address in addresses] == [404, 404]
    assert client.get(reminder).status_code == 404


def test_the_register_of_documents_prints_the_letters_too(client: Client, world: World) -> None:
    world.issue()
    made = remind(world)
    closed = services.close(instruction_id=world.instruction.pk, note="Sudah selesai", by=world.sekda, at=AT)
    enter(client, person("auditor", Role.AUDITOR))
    for document in (made.document, closed.brief):
        assert document is not None
        page = client.get(reverse("office:document_print", args=[document.token])).content.decode()
        assert "Daftar dokumen" in page


def test_the_home_page_tells_each_what_waits(client: Client, world: World) -> None:
    home = reverse("opd:home")
    world.whole()
    enter(client, world.sekda)
    assert "menunggu Anda terbitkan" in client.get(home).content.decode()
    world.instruction = services.issue(instruction_id=world.instruction.pk, by=world.sekda, at=AT)
    page = client.get(home).content.decode()
    assert "0 dari 2 OPD menyatakan terima" in page
    assert page.index("Instruksi 800/12/2026") < page.index("Papan TP2DD</span>")
    enter(client, world.head)
    assert "Nyatakan terima, lalu laksanakan" in client.get(home).content.decode()
    world.acknowledge()
    assert "Butir yang belum terlaksana." in client.get(home).content.decode()
    with time_machine.travel(LATER + timedelta(days=1), tick=False):
        enter(client, world.head)
        assert "6 hari lewat batas waktu." in client.get(home).content.decode()
    attachments.attach(
        subject=world.duty(),
        kind=PROOF,
        upload=ContentFile(sheet().read(), name="b.png"),
        by=world.head,
        at=AT,
    )
    world.report()
    enter(client, world.secretary)
    assert "1 laporan menunggu diperiksa; 1 OPD belum" in client.get(home).content.decode()
