from __future__ import annotations

import hashlib
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from cryptography.fernet import Fernet
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from opd.office import calendar, crypto, evidence, exports, ids, jobs, numbering, queue, rules
from opd.office.models import DatedRule, JobState
from tests.opd.cast import AT, agency


def test_uuid7_is_version_7_and_sorts_by_time() -> None:
    made = [ids.uuid7() for _ in range(200)]
    assert {value.version for value in made} == {7}
    assert {value.variant for value in made} == {"specified in RFC 4122"}
    assert [value.int >> 80 for value in made] == sorted(value.int >> 80 for value in made)
    assert len(set(made)) == 200


def test_token_has_128_bits() -> None:
    assert len(ids.token()) == 22
    assert len({ids.token() for _ in range(100)}) == 100


@given(st.binary(max_size=200))
def test_encryption_gives_back_what_it_took(value: bytes) -> None:
    assert crypto.decrypt(crypto.encrypt(value)) == value


def test_old_keys_open_and_rotation_moves_to_the_new_one(settings: Settings) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.FIELD_KEYS = [old]
    box = crypto.encrypt(b"rahasia")
    settings.FIELD_KEYS = [new, old]
    moved = crypto.rotate(box)
    settings.FIELD_KEYS = [new]
    assert crypto.decrypt(moved) == b"rahasia"
    with pytest.raises(crypto.DecryptionError):
        crypto.decrypt(box)


def test_wib_day_turns_at_17_utc() -> None:
    assert calendar.day_of(datetime(2026, 1, 1, 16, 59, tzinfo=UTC)) == date(2026, 1, 1)
    assert calendar.day_of(datetime(2026, 1, 1, 17, 0, tzinfo=UTC)) == date(2026, 1, 2)
    with pytest.raises(ValueError, match="zona"):
        calendar.day_of(datetime(2026, 1, 1))  # noqa: DTZ001


def test_bounds_cover_whole_wib_days() -> None:
    start, end = calendar.bounds(date(2026, 1, 1), date(2026, 1, 2))
    assert (start.astimezone(UTC).isoformat(), end.astimezone(UTC).isoformat()) == (
        "2025-12-31T17:00:00+00:00",
        "2026-01-02T17:00:00+00:00",
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), (True, "ya"), (7, "7"), (Decimal("-5000.00"), "-5000.00"),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 1, 18, tzinfo=UTC), "2026-01-02T01:00:00+07:00"), ("=1+1", "'=1+1"), ("-x", "'-x"),
        ("@a", "'@a"), ("+62", "'+62"), ("biasa", "biasa"), ("\tx", "'\tx"),
    ],
)  # fmt: skip
def test_csv_cell(value: object, text: str) -> None:
    assert exports.cell(value) == text


def test_csv_quotes_and_starts_with_a_byte_order_mark() -> None:
    body = "".join(exports.lines(["a", "b"], [["x,y", 'kata "kutip"']]))
    assert body == '\ufeffa,b\r\n"x,y","kata ""kutip"""\r\n'


@pytest.mark.django_db
def test_rule_in_force_is_the_latest_start(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for start, value in ((date(2026, 1, 1), "2"), (date(2026, 7, 1), "1")):
        DatedRule.objects.create(key="bunga", value=value, valid_from=start, legal_basis="uji")
    assert [rules.value("bunga", date(2026, month, 1)) for month in (1, 6, 7)] == ["2", "2", "1"]
    days = [date(2026, month, 1) for month in (7, 1)]
    with django_assert_num_queries(1):
        assert rules.values("bunga", days) == ["1", "2"]
    with pytest.raises(rules.RuleMissing, match="31/12/2025"):
        rules.values("bunga", [*days, date(2025, 12, 31)])
    with pytest.raises(rules.RuleMissing, match="31/12/2025"):
        rules.value("bunga", date(2025, 12, 31))


@pytest.mark.django_db
def test_numbers_are_gapless_and_a_rollback_gives_one_back() -> None:
    opd = agency("1", "Dinas Satu")
    assert numbering.issue("skrd", opd, 2026) == 1
    with transaction.atomic():
        assert numbering.issue("skrd", opd, 2026) == 2
        transaction.set_rollback(True)
    assert numbering.issue("skrd", opd, 2026) == 2
    assert numbering.issue("skrd", opd, 2027) == 1
    assert numbering.issue("strd", opd, 2026) == 1


@pytest.mark.django_db
def test_the_same_bytes_are_kept_once() -> None:
    content = ids.token().encode()
    first, is_new = evidence.store(ContentFile(content), name="a.csv", media_type="text/csv", by=None, at=AT)
    again, is_new_again = evidence.store(
        ContentFile(content), name="b.csv", media_type="text/csv", by=None, at=AT
    )
    assert (is_new, is_new_again, first.pk) == (True, False, again.pk)
    with evidence.open_original(first) as original:
        assert original.read() == content
    response = evidence.attachment(first)
    assert response["Content-Disposition"].startswith("attachment")
    assert b"".join(response) == content
    response.close()


@pytest.mark.django_db
def test_a_half_written_original_is_written_again() -> None:
    content = ids.token().encode()
    sha = hashlib.sha256(content).hexdigest()
    default_storage.save(f"{sha[:2]}/{sha}", io.BytesIO(b"half"))
    kept, _ = evidence.store(ContentFile(content), name="a", media_type="text/plain", by=None, at=AT)
    with evidence.open_original(kept) as original:
        assert original.read() == content


@pytest.mark.django_db
def test_job_progress_is_seen_and_a_finished_job_stays_finished() -> None:
    job = jobs.create("impor", subject="1", by=None, at=AT)
    jobs.progress(job, done=1, total=4, message="membaca")
    job.refresh_from_db()
    assert (job.percent, job.state) == (25, JobState.RUNNING)
    jobs.finish(job, message="selesai")
    jobs.fail(job, message="terlambat")
    job.refresh_from_db()
    assert (job.state, job.percent, job.message) == (JobState.DONE, 100, "selesai")


@pytest.mark.django_db
def test_nudging_a_dead_broker_raises_nothing(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    from config.celery import app

    broken = app.__class__("mati", broker="redis://127.0.0.1:1/0", set_as_current=False)
    broken.conf.broker_transport_options = {"socket_connect_timeout": 0.2}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queue, "app", broken)
        with django_capture_on_commit_callbacks(execute=True) as callbacks:
            queue.nudge("incoming.sweep", 1)
    assert len(callbacks) == 1
