"""Rubrics from a file and a form: what is wrong is told at its row and column, or at its level."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from opd.office.exports import lines
from opd.office.tabular import TabularError
from tests.tp2dd.evaluation.world import AT, BACKEND, World
from tp2dd.evaluation import rubric_file, services
from tp2dd.evaluation.models import RubricVersion
from tp2dd.evaluation.services import EvaluationError
from tp2dd.evaluation.services.rubrics import newest, reweighed

pytestmark = pytest.mark.django_db
BASIS = "Keputusan Gubernur uji 12/2026"


def as_file(old: str = "", new: str = "") -> bytes:
    """The shipped rubric as its own download, with one thing changed."""
    text = "".join(lines(rubric_file.COLUMNS, rubric_file.rows(newest().content)))
    assert old in text
    return text.replace(old, new, 1).encode() if old else text.encode()


def test_a_rubric_comes_back_from_its_own_file_as_it_was() -> None:
    assert rubric_file.read(io.BytesIO(as_file()), "rubrik.csv") == newest().content


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("ya_tidak", "kira_kira", "Baris 2, kolom “cara_hitung”: “kira_kira” tidak dikenal"),
        ("0 sampai 100", "0-100", "Baris 4, kolom “ambang”: tulis seperti"),
        ("1 = 40; 2 = 70", "1 = empat; 2 = 70", "Baris 3, kolom “ambang”: “empat” bukan angka."),
        ("decree", "akta", "Baris 2, kolom “bukti”: “akta” tidak dikenal"),
        ("Proses,20,P2", "Proses,21,P2", "Baris 3, kolom “bobot_aspek”: aspek proses ditulis lain"),
        (",tidak\r\n", ",mungkin\r\n", "Baris 2, kolom “dikonfirmasi”: tulis ya atau tidak."),
        ("bobot_opd", "bobot_lain", "kolom ini tidak ada"),
    ],
)  # fmt: skip
def test_a_fault_in_the_file_names_row_and_column(old: str, new: str, told: str) -> None:
    with pytest.raises(TabularError) as refused:
        rubric_file.read(io.BytesIO(as_file(old, new)), "rubrik.csv")
    assert told in str(refused.value)


def test_a_file_whose_weights_do_not_sum_is_refused_on_its_page(client: Client, world: World) -> None:
    client.force_login(world.secretary, backend=BACKEND)
    form = {"code": "2026-9", "valid_from": "2026-09-01", "legal_basis": BASIS}
    page = reverse("evaluation:rubric_upload")
    content = as_file("0 sampai 100,35,40", "0 sampai 100,35,41")
    wrong = SimpleUploadedFile("rubrik.csv", content)
    answer = client.post(page, form | {"file": wrong})
    assert (
        "Bobot indikator OPD dalam aspek Output berjumlah 101, seharusnya 100; lebih 1."
        in answer.content.decode()
    )
    assert RubricVersion.objects.count() == 1
    right = SimpleUploadedFile("rubrik.csv", as_file())
    assert client.post(page, form | {"file": right}).status_code == 302
    assert RubricVersion.objects.get(code="2026-9").made_by == world.secretary


def test_weights_by_form_are_judged_and_named(client: Client, world: World) -> None:
    client.force_login(world.secretary, backend=BACKEND)
    page = reverse("evaluation:rubric_new")
    form = client.get(page).context["form"]
    data = {name: field.initial for name, field in form.fields.items() if name.startswith("bobot_")}
    data |= {"code": "2026-8", "valid_from": "2026-08-01", "legal_basis": BASIS}
    wrong = client.post(page, data | {"bobot_O1_opd": "45,5"}).content.decode()
    assert "Bobot indikator OPD dalam aspek Output berjumlah 105,5, seharusnya 100; lebih 5,5." in wrong
    named = client.post(page, data | {"bobot_O1_opd": "banyak"}).context["form"].errors
    assert "bobot_O1_opd" in named
    client.post(page, data | {"bobot_O1_opd": "39,5", "bobot_O2_opd": "30,5"})
    assert RubricVersion.objects.get(code="2026-8").rubric.by_code["O2"].weights["opd"] * 2 == 61


def test_the_database_refuses_a_rubric_whose_weights_do_not_sum(world: World) -> None:
    content = reweighed(newest().content, {("O1", "opd"): "41"})
    with pytest.raises(DatabaseError, match="tidak berjumlah 100"), transaction.atomic():
        RubricVersion.objects.create(
            code="X", name="X", valid_from=date(2027, 1, 1), legal_basis=BASIS, content=content
        )


def test_a_date_or_code_that_is_taken_is_refused(world: World) -> None:
    for code, day in (("2026-1", date(2027, 1, 1)), ("2027-1", newest().valid_from)):
        with pytest.raises(EvaluationError, match="sudah dipakai"):
            services.add_rubric(
                code=code, valid_from=day, legal_basis=BASIS, content=newest().content, by=world.secretary,
                at=AT,
            )  # fmt: skip
