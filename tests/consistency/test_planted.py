"""Planted inconsistencies are all found, and nothing else is."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from opd.models import Opd
from tests.consistency import planting
from tests.consistency.planting import CHAIN, FIELDS, KINDS, PROGRAMS, Fault, Told, expected
from tests.planning.world import AT, YEAR
from tp2dd.consistency import services
from tp2dd.consistency.models import Finding, FindingEvent
from tp2dd.consistency.verification import LAWS

pytestmark = pytest.mark.django_db
BELOW_RKPD = frozenset(CHAIN[4:])


def faults_of(kind: str, field: str, program: str, documents: frozenset[str]) -> Fault:
    """A deviation within tolerance is one only below the RKPD."""
    return Fault(kind, field, program, BELOW_RKPD if kind == "tolerated" else documents)


SPOTS = st.lists(
    st.builds(
        faults_of,
        st.sampled_from(KINDS),
        st.sampled_from(FIELDS),
        st.sampled_from(PROGRAMS),
        st.frozensets(st.sampled_from(CHAIN), min_size=1, max_size=len(CHAIN)),
    ),
    max_size=6,
    unique_by=lambda fault: fault.head,
)


def seen() -> set[Told]:
    fields = {opd.pk: field for field, opd in planting.offices().items()}
    rows = Finding.objects.exclude(state="mended")
    return {
        (fields[opd_id], upper, lower, check, code)
        for opd_id, upper, lower, check, code in rows.values_list(
            "opd_id", "upper", "lower", "check_kind", "code"
        )
    }


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example([])
@given(SPOTS)
def test_planted_faults_are_all_found_and_nothing_else(faults: list[Fault]) -> None:
    with transaction.atomic():
        planting.plant(faults)
        services.run(year=YEAR, by=None, at=AT)
        assert seen() == set().union(*(expected(fault) for fault in faults))
        told = FindingEvent.objects.count()
        again = services.run(year=YEAR, by=None, at=AT)
        assert (again.found, again.returned, again.changed, again.mended) == (0, 0, 0, 0)
        assert FindingEvent.objects.count() == told
        assert not [problem for law in LAWS for problem in law.check().problems]
        transaction.set_rollback(True)


@pytest.mark.parametrize("documents", [("rpjmd",), ("rkpd", "renja"), ("kua_ppas",), ("dpa",)], ids=str)
@pytest.mark.parametrize("kinds", [KINDS[:6], KINDS[6:12], KINDS[12:]], ids=["first", "second", "third"])
def test_each_kind_of_fault_is_found_in_each_part_of_the_chain(
    kinds: tuple[str, ...], documents: tuple[str, ...]
) -> None:
    spots = [(field, program) for field in FIELDS for program in PROGRAMS]
    faults = [faults_of(kind, *spot, frozenset(documents)) for kind, spot in zip(kinds, spots, strict=False)]
    planting.plant(faults)
    services.run(year=YEAR, by=None, at=AT)
    assert seen() == set().union(*(expected(fault) for fault in faults))


def test_an_agency_alone_is_blamed() -> None:
    planting.plant([Fault("lost_program", FIELDS[0], PROGRAMS[0], frozenset({"rka"}))])
    services.run(year=YEAR, by=None, at=AT)
    assert set(Finding.objects.values_list("opd__code", flat=True)) == {"113"}
    assert Opd.objects.count() == 2
