"""Laws of the office's documents and evidence."""

from __future__ import annotations

from opd.office import documents
from opd.office.models import Document
from opd.office.verification import Finding, Law, count_and_problems

_NUMBERS = Law(
    "office.document_numbers",
    "nomor dokumen tiap jenis, OPD, dan tahun berurutan dari 1 tanpa celah sampai penghitungnya",
    lambda: count_and_problems(
        "SELECT count(*) FROM office_document WHERE sequence IS NOT NULL",
        "SELECT format('%s OPD %s tahun %s: %s dokumen, nomor terakhir %s, penghitung %s', d.kind, d.opd_id,"
        " d.year,"
        " count(*), max(d.sequence), coalesce(max(c.last)::text, 'tidak ada')) FROM office_document d"
        " LEFT JOIN office_counter c ON (c.kind, c.opd_id, c.year) = (d.kind, d.opd_id, d.year)"
        " WHERE d.sequence IS NOT NULL GROUP BY d.kind, d.opd_id, d.year"
        " HAVING count(*) <> max(d.sequence) OR min(d.sequence) <> 1"
        " OR max(d.sequence) IS DISTINCT FROM max(c.last)",
    ),
)
_GUARDED = Law(
    "office.documents_frozen",
    "basis data menjaga isi dokumen yang sudah terbit",
    lambda: count_and_problems(
        "SELECT count(*) FROM office_document",
        "SELECT 'pemicu ' || t || ' tidak terpasang atau dimatikan'"
        " FROM unnest(ARRAY['office_document_frozen', 'office_document_kept']) t WHERE NOT EXISTS ("
        "SELECT FROM pg_trigger WHERE tgrelid = 'office_document'::regclass AND tgname = t"
        " AND tgenabled IN ('O', 'A'))",
    ),
)


def _fingerprints() -> Finding:
    rows = 0
    problems: list[str] = []
    for document in Document.objects.only("pk", "facts", "sha256").iterator(chunk_size=500):
        rows += 1
        if documents.fingerprint(document.facts) != document.sha256 and len(problems) < 50:
            problems.append(f"dokumen {document.pk}: isi tidak cocok dengan sidiknya")
    return Finding(rows, problems)


LAWS = (
    _NUMBERS,
    _GUARDED,
    Law("office.document_fingerprints", "isi tiap dokumen cocok dengan sidiknya", _fingerprints),
)
