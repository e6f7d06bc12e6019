"""Laws of the auditor's desk, proven by ``manage.py verify``."""

from __future__ import annotations

from opd.office.verification import Finding, Law, count_and_problems, guards_standing

_GUARDS = (
    ("auditing_finding", "auditing_finding_kept"),
    ("auditing_finding", "auditing_finding_guard"),
    ("auditing_reference", "auditing_reference_append_only"),
    ("auditing_entry", "auditing_entry_append_only"),
    ("auditing_sample", "auditing_sample_append_only"),
    ("auditing_samplerow", "auditing_samplerow_append_only"),
)


def _states() -> Finding:
    return count_and_problems(
        "SELECT count(*) FROM auditing_finding",
        "SELECT format('temuan %s %s, catatan terakhirnya %s', f.id, f.state, coalesce(e.state, 'tidak ada'))"
        " FROM auditing_finding f LEFT JOIN LATERAL (SELECT state FROM auditing_entry"
        " WHERE finding_id = f.id ORDER BY id DESC LIMIT 1) e ON true WHERE e.state IS DISTINCT FROM f.state",
    )


def _documents() -> Finding:
    return count_and_problems(
        "SELECT count(*) FROM auditing_finding",
        "SELECT format('temuan %s: dokumennya tidak ada, milik hal lain, atau keadaannya lain', f.id)"
        " FROM auditing_finding f LEFT JOIN office_document d ON d.id = f.document_id"
        " WHERE d.id IS NULL OR (d.kind, d.subject_type, d.subject_id, d.opd_id)"
        " IS DISTINCT FROM ('temuan', 'auditing.finding', f.id::text, f.opd_id)"
        " OR (d.voided_at IS NOT NULL) <> (f.state = 'withdrawn')",
    )


def _deadlines() -> Finding:
    """Each deadline is its day of receipt and the days of the rule in force then."""
    return count_and_problems(
        "SELECT count(*) FROM auditing_finding",
        "SELECT format('temuan %s diterima %s bertenggat %s', f.id, f.received_on, f.due_on)"
        " FROM auditing_finding f LEFT JOIN LATERAL (SELECT value FROM office_datedrule"
        " WHERE key = 'auditing.follow_up_days' AND f.received_on BETWEEN valid_from"
        " AND coalesce(valid_to, 'infinity') ORDER BY valid_from DESC LIMIT 1) r ON true"
        " WHERE f.due_on IS DISTINCT FROM f.received_on + (r.value #>> '{}')::int",
    )


def _trail() -> Finding:
    return count_and_problems(
        "SELECT count(*) FROM auditing_entry",
        "SELECT format('catatan %s temuan %s tanpa jejak audit', e.id, e.finding_id)"
        " FROM auditing_entry e WHERE NOT EXISTS (SELECT FROM opd_auditevent a"
        " WHERE a.subject_type = 'auditing.finding' AND a.subject_id = e.finding_id::text"
        " AND a.action = 'finding.' || e.kind AND a.after ->> 'entry' = e.id::text)",
    )


def _samples() -> Finding:
    """Each sample still holds the rows that it was kept with."""
    return count_and_problems(
        "SELECT count(*) FROM auditing_sample",
        "SELECT format('sampel %s: barisnya bukan yang diambil', s.id) FROM auditing_sample s"
        " LEFT JOIN auditing_samplerow r ON r.sample_id = s.id GROUP BY s.id"
        " HAVING encode(sha256(convert_to(coalesce(string_agg(r.key, ',' ORDER BY r.position), ''),"
        " 'UTF8')), 'hex') <> s.sha256",
    )


LAWS = (
    Law("auditing.states", "keadaan temuan sama dengan catatan terakhirnya", _states),
    Law("auditing.documents", "setiap temuan punya dokumen bernomor, dicabut bersama temuannya", _documents),
    Law("auditing.deadlines", "tenggat temuan mengikuti aturan pada hari laporannya diterima", _deadlines),
    Law("auditing.trail", "setiap catatan temuan ada di jejak audit", _trail),
    Law("auditing.samples", "setiap sampel memuat baris yang diambil", _samples),
    Law(
        "auditing.kept",
        "basis data menjaga temuan dan sampel dari perubahan",
        lambda: guards_standing(_GUARDS),
    ),
)
