"""Laws of complaints, proven by ``manage.py verify``."""

from __future__ import annotations

from django.utils import timezone

from opd.office.calendar import day_of
from opd.office.verification import Finding, Law, count_and_problems
from retribusi.complaints.models import Complaint
from retribusi.complaints.rules import contact_days
from retribusi.contacts import mask_of


def _states() -> Finding:
    return count_and_problems(
        "SELECT count(*) FROM complaints_complaint",
        "SELECT format('pengaduan %s %s, catatan terakhirnya %s', c.number, c.state,"
        " coalesce(e.state, 'tidak ada'))"
        " FROM complaints_complaint c LEFT JOIN LATERAL (SELECT state FROM complaints_entry"
        " WHERE complaint_id = c.id ORDER BY id DESC LIMIT 1) e ON true"
        " WHERE e.state IS DISTINCT FROM c.state",
    )


def _answers() -> Finding:
    return count_and_problems(
        "SELECT count(*) FROM complaints_complaint",
        "SELECT format('pengaduan %s: jawaban pertama %s, seharusnya %s', c.number, c.first_answered_at,"
        " min(e.at)) FROM complaints_complaint c"
        " LEFT JOIN complaints_entry e ON e.complaint_id = c.id AND e.kind = 'answer'"
        " GROUP BY c.id HAVING c.first_answered_at IS DISTINCT FROM min(e.at)"
        " OR c.first_answered_on IS DISTINCT FROM (min(e.at) AT TIME ZONE 'Asia/Jakarta')::date",
    )


def _deadlines() -> Finding:
    return count_and_problems(
        "SELECT count(*) FROM complaints_complaint",
        "SELECT format('pengaduan %s masuk %s bertenggat %s', number, filed_at, first_due_on)"
        " FROM complaints_complaint WHERE first_due_on <= (filed_at AT TIME ZONE 'Asia/Jakarta')::date"
        " OR due_on < first_due_on",
    )


def _contacts() -> Finding:
    """Every kept contact opens with our keys, is masked as written, and none is kept too long."""
    rows, problems = 0, []
    days = contact_days(timezone.localdate())
    kept = Complaint.objects.filter(contact__isnull=False).only(
        "number", "contact", "contact_mask", "closed_at"
    )
    for row in kept.iterator(chunk_size=500):
        rows += 1
        if row.contact_mask != mask_of(row.contact):
            problems.append(f"pengaduan {row.number}: kontak tidak terbuka atau samarannya lain")
        if row.closed_at and (timezone.localdate() - day_of(row.closed_at)).days > days + 2:
            problems.append(f"pengaduan {row.number}: kontak disimpan lebih dari {days} hari")
    return Finding(rows, problems[:50])


def _trail() -> Finding:
    return count_and_problems(
        "SELECT count(*) FROM complaints_entry",
        "SELECT format('catatan %s pengaduan %s tanpa jejak audit', e.id, e.complaint_id)"
        " FROM complaints_entry e WHERE NOT EXISTS (SELECT FROM opd_auditevent a"
        " WHERE a.subject_type = 'complaints.complaint' AND a.subject_id = e.complaint_id::text"
        " AND a.action = 'complaint.' || e.kind AND a.after ->> 'entry' = e.id::text)",
    )


def _guarded() -> Finding:
    return count_and_problems(
        "SELECT count(*) FROM complaints_entry",
        "SELECT 'pemicu complaints_entry_append_only tidak terpasang atau dimatikan' WHERE NOT EXISTS ("
        "SELECT FROM pg_trigger WHERE tgrelid = 'complaints_entry'::regclass"
        " AND tgname = 'complaints_entry_append_only' AND tgenabled IN ('O', 'A'))",
    )


LAWS = (
    Law("complaints.states", "keadaan pengaduan adalah keadaan sesudah catatan terakhirnya", _states),
    Law("complaints.answers", "jawaban pertama adalah jawaban yang paling awal terbit", _answers),
    Law("complaints.deadlines", "setiap pengaduan bertenggat sesudah hari masuknya", _deadlines),
    Law("complaints.contacts", "kontak terenkripsi, tersamar, dan tidak disimpan terlalu lama", _contacts),
    Law("complaints.trail", "setiap catatan pengaduan ada di jejak audit", _trail),
    Law("complaints.kept", "basis data menjaga catatan pengaduan dari perubahan", _guarded),
)
