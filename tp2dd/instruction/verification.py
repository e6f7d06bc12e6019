"""Laws of the instructions, proven by ``manage.py verify``."""

from __future__ import annotations

from opd.office.verification import Finding, Law, count_and_problems, guards_standing
from tp2dd.instruction.models import Instruction
from tp2dd.instruction.services.issuing import digest

GUARDS = (
    ("instruction_instruction", "instruction_instruction_guard"),
    ("instruction_instruction", "instruction_instruction_kept"),
    ("instruction_point", "instruction_point_while_draft"),
    ("instruction_addressee", "instruction_addressee_while_draft"),
    ("instruction_point", "instruction_point_kept"),
    ("instruction_addressee", "instruction_addressee_kept"),
    ("instruction_duty", "instruction_duty_guard"),
    ("instruction_duty", "instruction_duty_kept"),
    ("instruction_acknowledgement", "instruction_acknowledgement_append_only"),
    ("instruction_acknowledgement", "instruction_acknowledgement_in_force"),
    ("instruction_dutyevent", "instruction_dutyevent_append_only"),
    ("instruction_reminder", "instruction_reminder_append_only"),
)


def _issued() -> Finding:
    """What was issued still reads as it was issued."""
    rows = list(Instruction.objects.exclude(digest=""))
    return Finding(
        len(rows),
        [f"{row}: isi tidak cocok dengan sidiknya" for row in rows if digest(row, row.letters) != row.digest],
    )


def _duties() -> Finding:
    """Each agency of an issued instruction has each of its points, once."""
    return count_and_problems(
        "SELECT count(*) FROM instruction_duty",
        """
        SELECT format('instruksi %s: %s kewajiban, seharusnya %s', i.number, n.found, n.wanted)
          FROM instruction_instruction i
         CROSS JOIN LATERAL (
               SELECT (SELECT count(*) FROM instruction_duty d
                         JOIN instruction_addressee a ON a.id = d.addressee_id
                         JOIN instruction_point p ON p.id = d.point_id AND p.instruction_id = a.instruction_id
                        WHERE a.instruction_id = i.id) AS found,
                      (SELECT count(*) FROM instruction_addressee WHERE instruction_id = i.id)
                      * (SELECT count(*) FROM instruction_point WHERE instruction_id = i.id) AS wanted) AS n
         WHERE i.digest <> '' AND n.found <> n.wanted
         ORDER BY i.id
        """,
    )


def _told() -> Finding:
    """A duty's state is what its last event says, and a report had evidence."""
    return count_and_problems(
        "SELECT count(*) FROM instruction_dutyevent",
        """
        SELECT format('kewajiban %s: keadaan %s, peristiwa terakhir %s', d.id, d.state,
                      coalesce(e.kind, 'tidak ada'))
          FROM instruction_duty d
          LEFT JOIN LATERAL (
                SELECT kind, claim FROM instruction_dutyevent WHERE duty_id = d.id ORDER BY id DESC LIMIT 1
               ) e ON true
         WHERE d.state <> coalesce(e.kind, 'open') OR d.claim <> coalesce(e.claim, '')
        UNION ALL
        SELECT format('kewajiban %s: laporan tanpa bukti', duty_id) FROM instruction_dutyevent
         WHERE kind = 'reported' AND evidence = '[]'
        """,
    )


def _reminders() -> Finding:
    """Every reminder stands on a letter that was issued."""
    return count_and_problems(
        "SELECT count(*) FROM instruction_reminder",
        """
        SELECT format('pengingat %s: suratnya bukan surat pengingat yang berlaku', r.id)
          FROM instruction_reminder r JOIN office_document d ON d.id = r.document_id
         WHERE d.kind <> 'reminder' OR d.subject_id <> format('%s/%s', r.addressee_id, r.serial)
        """,
    )


LAWS = (
    Law("instruction.issued", "instruksi yang terbit cocok dengan sidiknya", _issued),
    Law("instruction.duties", "setiap OPD yang dituju punya setiap butir instruksi", _duties),
    Law("instruction.told", "keadaan setiap kewajiban ada riwayat dan buktinya", _told),
    Law("instruction.reminders", "setiap pengingat punya suratnya", _reminders),
    Law("instruction.guards", "pengaman instruksi terpasang di basis data", lambda: guards_standing(GUARDS)),
)
