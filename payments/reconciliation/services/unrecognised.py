"""The settlement lines that a run looks at: those of its file, and what earlier runs left open."""

from __future__ import annotations

from payments.reconciliation.texts import Kind


def unrecognised(*kinds: Kind) -> str:
    """SQL of the lines of ``%(file)s`` (NULL for none) and of differences of these kinds that no payment has.

    The two are read apart: one condition for both would look every line of the file up again by its id.
    """
    names = ", ".join(f"'{kind}'" for kind in kinds)
    return f"""
        SELECT l.* FROM (
            SELECT * FROM reconciliation_settlementline WHERE file_id = %(file)s
            UNION ALL
            SELECT o.* FROM reconciliation_settlementline AS o
            WHERE o.file_id IS DISTINCT FROM %(file)s AND o.id IN (
                SELECT e.settlement_line_id FROM reconciliation_reconciliationexception AS e
                WHERE e.kind IN ({names}) AND e.state <> 'resolved'
            )
        ) AS l
        WHERE l.same_as_id IS NULL
          AND NOT EXISTS (
              SELECT FROM reconciliation_match AS m WHERE m.line_id = l.id AND m.undone_at IS NULL
          )
    """  # noqa: S608 kinds of ours
