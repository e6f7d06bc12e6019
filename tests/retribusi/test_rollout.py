"""Points of every kind, copied in minutes, and the list that tells how far the roll-out is."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from opd.models import AuditEvent, Role
from retribusi import kinds, rollout, words
from retribusi.models import CollectionPoint, TariffItem
from retribusi.rollout import Stage
from retribusi.services import copying, points
from retribusi.tickets import CATEGORIES
from tests.retribusi.cast import AT, Museum, make_point, make_tariff, text
from tests.retribusi.test_point_pages import LIST, enter

TODAY = AT.date()
SLUG = {"name": "Museum Dua", "slug": "museum-dua", "address": "Jl. 2", "contact": "loket dua"}


def copied(museum: Museum, **fields: Any) -> CollectionPoint:
    return copying.copy_point(source=museum.point, opd=museum.opd, by=None, at=AT, **SLUG, **fields)


def test_every_kind_has_its_words_and_every_category_its_place_on_a_ticket() -> None:
    assert set(kinds.WORDS) == set(CollectionPoint.Kind)
    assert set(CATEGORIES) == set(TariffItem.Category)
    assert set(kinds.UNITS) == set(words.UNIT_WORDS)


def test_a_copy_has_hours_and_tariffs_and_waits_for_its_own_account(museum: Museum) -> None:
    points.amend_tariff(tariff=museum.child, by=None, at=AT, valid_to=TODAY - timedelta(days=1))
    next_year = make_tariff(
        museum.point, "Pelajar", 2000, valid_from=date(2027, 1, 1), lasts=3, lasts_span="hour"
    )
    change = {"kode_lra": "4.1.02.02.18.0001", "kode_lo": "8.1.02.02.18.0001", "legal_basis": "baru"}
    tomorrow = TODAY + timedelta(days=1)
    points.change_codes(tariff=museum.adult, together=False, valid_from=tomorrow, by=None, at=AT, **change)
    point = copied(museum, planned_from=tomorrow)
    assert (point.status, point.receiving_account, point.legal_basis) == ("planned", None, "Perda uji")
    adult, student = point.tariffs.order_by("valid_from")
    assert (adult.name, adult.amount, adult.valid_from, adult.needs_confirmation) == (
        "Dewasa",
        museum.adult.amount,
        TODAY,
        True,
    )
    assert adult.codes_on(TODAY)[0] == "4.1.02.02.17.0001"
    assert adult.codes_on(tomorrow)[0] == "4.1.02.02.18.0001"
    assert (student.valid_from, student.lasts_text) == (next_year.valid_from, "3 jam")
    assert {(row.opens, row.closes) for row in point.hours.all()} == {(time(8), time(16))}
    assert AuditEvent.objects.filter(action="point.copy", subject_id=str(point.pk)).count() == 1


def test_a_copy_whose_address_is_taken_leaves_nothing(museum: Museum) -> None:
    with pytest.raises(ValidationError):
        copying.copy_point(
            source=museum.point, opd=museum.opd, by=None, at=AT, **{**SLUG, "slug": museum.point.slug}
        )
    assert CollectionPoint.objects.count() == 1


def test_the_stages_and_what_is_missing(museum: Museum) -> None:
    planned = make_point(museum.opd, None, slug="a", status="planned", planned_from=date(2026, 11, 1))
    make_point(museum.opd, None, slug="b", status="planned")
    found = rollout.rows(list(CollectionPoint.objects.order_by("pk")), on=TODAY)
    assert [row.stage for row in found] == [Stage.LIVE, Stage.PLANNED, Stage.NOT_YET]
    assert [row.ready for row in found] == [True, False, False]
    assert [row.overdue for row in found] == [False, True, False]
    assert found[1].point == planned
    assert "rekening penerimaan dipilih" in found[1].missing
    assert rollout.counts(found) == [
        (Stage.LIVE, 1),
        (Stage.PLANNED, 1),
        (Stage.NOT_YET, 1),
        (Stage.SUSPENDED, 0),
    ]


def test_the_list_is_filtered_by_its_sentence(client: Client, museum: Museum) -> None:
    make_point(
        museum.opd, None, slug="parkir", name="Parkir Pantai", kind="parking", status="planned",
        planned_from=date(2026, 11, 1),
    )  # fmt: skip
    enter(client, Role.ADMINISTRATOR)
    everything = text(client.get(LIST))
    assert "Rumah Uji" in everything
    assert "Parkir Pantai" in everything
    assert "sudah lewat" in everything
    for query in ("?jenis=parking", "?tahap=planned", "?q=pantai", f"?opd={museum.opd.pk}&jenis=parking"):
        page = text(client.get(LIST + query))
        assert "Parkir Pantai" in page, query
        assert "Rumah Uji" not in page, query
    assert "Tidak ada titik yang cocok" in text(client.get(f"{LIST}?q=gunung"))


def test_the_list_takes_the_same_queries_for_many_points(
    client: Client, museum: Museum, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    for number in range(20):
        make_tariff(make_point(museum.opd, None, slug=f"p{number}", status="planned"), "Dewasa", 1000)
    enter(client, Role.ADMINISTRATOR)
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        assert text(client.get(LIST)).count("Rumah Uji") > 20


def test_a_new_point_is_copied_on_one_page(client: Client, museum: Museum) -> None:
    enter(client, Role.ADMINISTRATOR)
    assert f"/pengaturan/titik/{museum.point.pk}/salin/" in text(client.get(f"{LIST}baru/"))
    data = {**SLUG, "opd": museum.opd.pk}
    page = text(client.post(f"{LIST}{museum.point.pk}/salin/", data, follow=True))
    assert "disalin dari Rumah Uji" in page
    assert "Rp\u00a05.000" in page
    again = text(client.post(f"{LIST}{museum.point.pk}/salin/", data))
    assert "telah ada" in again
    assert CollectionPoint.objects.count() == 2


def test_an_assessment_point_needs_no_tariff_and_sells_nothing_on_its_page(
    client: Client, museum: Museum
) -> None:
    CollectionPoint.objects.update(kind="skrd")
    museum.point.refresh_from_db()
    museum.point.tariffs.update(status="suspended")
    (row,) = rollout.rows([museum.point], on=TODAY)
    assert row.ready
    page = text(client.get("/r/rumah-uji/"))
    assert "Dibayar dengan surat ketetapan (SKRD)" in page
    assert "Bayar dengan QRIS" not in page


def test_the_visitor_reads_how_long_a_rental_lasts(client: Client, museum: Museum) -> None:
    TariffItem.objects.filter(pk=museum.adult.pk).update(unit="lapangan", lasts=3, lasts_span="hour")
    assert "/ lapangan untuk 3 jam" in text(client.get("/r/rumah-uji/"))
    client.cookies["django_language"] = "en"
    assert "/ field for 3 h" in text(client.get("/r/rumah-uji/"))
