"""Laws of the people's room."""

from opd.office.verification import Finding, Law, count_and_problems

_ROLES_BY_DECREE = Law(
    "opd.roles_by_decree",
    "setiap penetapan peran menyebut SK dan tercatat di jejak audit",
    lambda: count_and_problems(
        "SELECT count(*) FROM opd_roleassignment",
        "SELECT format('penetapan peran %s tanpa SK atau jejak audit', r.id) FROM opd_roleassignment r"
        " WHERE r.decree_number = '' OR NOT EXISTS (SELECT FROM opd_auditevent a"
        " WHERE a.action = 'role.assign'"
        " AND a.subject_type = 'opd.roleassignment' AND a.subject_id = r.id::text)",
    ),
)


def _audit_is_guarded() -> Finding:
    return count_and_problems(
        "SELECT count(*) FROM opd_auditevent",
        "SELECT 'pemicu yang menjaga jejak audit tidak terpasang atau dimatikan' WHERE NOT EXISTS ("
        "SELECT FROM pg_trigger WHERE tgrelid = 'opd_auditevent'::regclass"
        " AND tgname = 'opd_auditevent_append_only' AND tgenabled IN ('O', 'A'))",
    )


_LETTERS = Law(
    "opd.letters_name_agencies",
    "hanya surat tugas auditor yang menyebut beberapa OPD, dan isinya tidak dapat diubah",
    lambda: count_and_problems(
        "SELECT count(*) FROM opd_letteragency",
        "SELECT format('penetapan peran %s bukan surat tugas tetapi menyebut OPD', r.id)"
        " FROM opd_letteragency l JOIN opd_roleassignment r ON r.id = l.assignment_id"
        " WHERE r.role <> 'auditor' OR r.opd_id IS NOT NULL"
        " UNION ALL SELECT 'pemicu yang menjaga OPD dalam surat tugas tidak terpasang atau dimatikan'"
        " WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = 'opd_letteragency'::regclass"
        " AND tgname = 'opd_letteragency_append_only' AND tgenabled IN ('O', 'A'))",
    ),
)


LAWS = (
    _ROLES_BY_DECREE,
    _LETTERS,
    Law("opd.audit_append_only", "jejak audit hanya dapat ditambah", _audit_is_guarded),
)
