"""A statement begins where the one before it ended, or its page says by how much it does not."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from opd.models import Role
from payments.reconciliation import services, sources
from payments.reconciliation.models import ImportedFile
from payments.reconciliation.queries.continuity import gaps
from payments.reconciliation.services.superseding import supersede
from tests.look.conftest import screen  # noqa: F401
from tests.look.screen import Screen
from tests.opd.cast import person
from tests.reconciliation import files
from tests.reconciliation.files import Movement
from tests.reconciliation.scene import AT, DAY, Scene, imported

NEXT = DAY + timedelta(days=1)


def statement(name: str, *, days_on: int = 0, opening: int, credit: int = 900) -> ImportedFile:
    day = DAY + timedelta(days=days_on)
    return imported(files.statement(Movement(credit=credit, post=day), opening=opening), name=name)


def test_balances_that_continue_say_nothing(scene: Scene) -> None:
    first = statement("satu.csv", opening=1000)
    second = statement("dua.csv", days_on=1, opening=1900)
    assert gaps(first) == gaps(second) == []


def test_a_break_is_told_on_both_files_in_any_order_of_upload(scene: Scene) -> None:
    second = statement("dua.csv", days_on=1, opening=2500)
    assert gaps(second) == []
    first = statement("satu.csv", opening=1000)
    for file in (first, second):
        (gap,) = gaps(file)
        assert (gap.before, gap.after, gap.difference) == (first, second, Decimal(6))


def test_only_adjoining_days_in_force_are_compared(scene: Scene) -> None:
    first = statement("satu.csv", opening=1000)
    later = statement("tiga.csv", days_on=2, opening=5000)
    assert gaps(first) == gaps(later) == []
    wrong = statement("dua.csv", days_on=1, opening=7000)
    assert len(gaps(wrong)) == 2
    right = statement("dua-koreksi.csv", days_on=1, opening=1900, credit=3100)
    bud = person("kuasa.bud", Role.KUASA_BUD)
    supersede(file_id=wrong.pk, successor_id=right.pk, reason="koreksi bank", by=bud, at=AT)
    wrong.refresh_from_db()
    assert gaps(wrong) == gaps(first) == gaps(right) == gaps(later) == []


def test_the_page_names_both_files_and_both_figures(
    scene: Scene,
    client: Client,
    screen: Screen,  # noqa: F811
) -> None:
    client.force_login(
        person("kuasa.bud", Role.KUASA_BUD), backend="django.contrib.auth.backends.ModelBackend"
    )
    statement("satu.csv", opening=1000)
    second = statement("dua.csv", days_on=1, opening=2500)
    answer = client.get(reverse("reconciliation:file_detail", args=[second.pk]))
    page = answer.content.decode().replace("\u00a0", " ")
    for words in ("Saldo tidak menyambung", "satu.csv", "dua.csv", "Rp 19", "Rp 25", "selisih Rp 6"):
        assert words in page
    seen = screen.look(answer, size="narrow", scheme="light", name="reconciliation-gap")
    assert not seen.problems
    assert not seen.findings
    assert seen.overflow <= 0


def test_an_upload_is_recognised_once(scene: Scene, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    known = sources.recognise_any

    def counted(content: ContentFile[bytes]) -> sources.Source:
        seen.append(content)
        return known(content)

    monkeypatch.setattr(sources, "recognise_any", counted)
    client.force_login(
        person("bendahara", Role.BENDAHARA_PENERIMAAN, scene.tourism),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    unknown = ContentFile(b"a;b;c\r\n1;2;3\r\n", "lain.csv")
    client.post(reverse("reconciliation:file_upload"), {"berkas": unknown})
    assert len(seen) == 1
    assert ImportedFile.objects.get().state == "refused"
    assert services.import_file(profile="", name="x", content=unknown, by=None, at=AT).pk
