"""Laws of assessments: numbers without a hole, voids with reasons, debts that add up, money that settles."""

from __future__ import annotations

from django.utils import timezone

from opd.office.verification import Finding, Law, count_and_problems, guards_standing
from retribusi.assessments import terms
from retribusi.assessments.models import Debt, Letter
from retribusi.assessments.payable import KIND, interest_on, shares

_GUARDS = (
    ("assessments_skrd", "assessments_skrd_append_only"),
    ("assessments_skrdline", "assessments_skrdline_append_only"),
    ("assessments_decision", "assessments_decision_append_only"),
    ("assessments_letter", "assessments_letter_append_only"),
    ("assessments_debt", "assessments_debt_kept"),
    ("assessments_debt", "assessments_debt_guard"),
    ("assessments_wajibretribusi", "assessments_wajib_kept"),
    ("assessments_assessmentfile", "assessments_file_kept"),
    ("assessments_assessmentfile", "assessments_file_guard"),
)


def _numbered() -> Finding:
    """Each SKRD and letter has its own numbered paper over its amount; numbers run from 1 without a hole."""
    return count_and_problems(
        "SELECT (SELECT count(*) FROM assessments_skrd) + (SELECT count(*) FROM assessments_letter)",
        """
        SELECT format('SKRD %s tidak cocok dengan surat bernomornya', s.id) FROM assessments_skrd s
          JOIN office_document d ON d.id = s.document_id
         WHERE (d.kind, d.subject_type, d.subject_id, d.opd_id, d.year, d.amount) IS DISTINCT FROM
               ('skrd', 'assessments.skrd', s.id::text, s.opd_id,
                extract(year FROM s.issued_on)::smallint, s.principal)
        UNION ALL
        SELECT format('surat %s tidak cocok dengan tagihannya', d.number_text) FROM assessments_letter l
          JOIN assessments_debt b ON b.id = l.debt_id JOIN office_document d ON d.id = l.document_id
         WHERE d.kind <> CASE l.kind WHEN 'notice' THEN 'skrd_notice' ELSE l.kind END
            OR d.amount <> b.amount + l.interest
        UNION ALL
        SELECT format('%s OPD %s tahun %s: %s surat, nomor terakhir %s', kind, opd_id, year, count(*),
                      max(sequence)) FROM office_document
         WHERE kind IN ('skrd', 'skrd_notice', 'teguran', 'strd') GROUP BY kind, opd_id, year
        HAVING count(*) <> max(sequence) OR min(sequence) <> 1
        UNION ALL
        SELECT format('nomor %s terbit tanpa SKRD atau surat penagihan', d.number_text) FROM office_document d
         WHERE d.kind IN ('skrd', 'skrd_notice', 'teguran', 'strd')
           AND NOT EXISTS (SELECT FROM assessments_skrd s WHERE s.document_id = d.id)
           AND NOT EXISTS (SELECT FROM assessments_letter l WHERE l.document_id = d.id)
        """,
    )


def _voids() -> Finding:
    """A void says why and by whom, nothing of it was paid before, or all of that had gone back; only a voided
    SKRD is replaced."""
    return count_and_problems(
        "SELECT count(*) FROM assessments_skrd s JOIN office_document d ON d.id = s.document_id"
        " WHERE d.voided_at IS NOT NULL",
        """
        SELECT format('SKRD %s batal tanpa alasan atau tanpa pelaku', d.number_text) FROM assessments_skrd s
          JOIN office_document d ON d.id = s.document_id
         WHERE d.voided_at IS NOT NULL AND (d.void_reason = '' OR d.voided_by_id IS NULL
               OR NOT EXISTS (SELECT FROM opd_auditevent a WHERE a.action = 'skrd.void'
                              AND a.subject_type = 'assessments.skrd' AND a.subject_id = s.id::text))
        UNION ALL
        SELECT format('SKRD %s dibatalkan sesudah dibayar', d.number_text) FROM assessments_skrd s
          JOIN office_document d ON d.id = s.document_id JOIN assessments_debt b ON b.skrd_id = s.id
          JOIN incoming_payment p ON p.id = b.payment_id
         WHERE p.recorded_at < d.voided_at
           AND p.revenue_amount <> (SELECT coalesce(sum(f.revenue_amount), 0) FROM incoming_refund f
                                     WHERE f.payment_id = p.id AND f.state = 'done'
                                       AND f.closed_at <= d.voided_at)
        UNION ALL
        SELECT format('SKRD %s mengganti SKRD yang tidak dibatalkan', s.id) FROM assessments_skrd s
          JOIN assessments_skrd o ON o.id = s.replaces_id JOIN office_document d ON d.id = o.document_id
         WHERE d.voided_at IS NULL OR o.wajib_retribusi_id <> s.wajib_retribusi_id
        """,
    )


def _adds_up() -> Finding:
    """A SKRD is the sum of its lines; what is owed and paid of it, and what was remitted, are the SKRD."""
    return count_and_problems(
        "SELECT count(*) FROM assessments_skrd",
        """
        SELECT format('SKRD %s: ketetapan %s, baris %s, tagihan %s, keringanan %s', s.id, s.principal,
                      coalesce(l.sum, 0), coalesce(b.sum, 0), coalesce(r.sum, 0))
          FROM assessments_skrd s
          LEFT JOIN (SELECT skrd_id, sum(quantity * unit_amount) AS sum FROM assessments_skrdline
                     GROUP BY 1) l ON l.skrd_id = s.id
          LEFT JOIN (SELECT skrd_id, sum(amount) AS sum FROM assessments_debt WHERE retired_at IS NULL
                     GROUP BY 1) b ON b.skrd_id = s.id
          LEFT JOIN (SELECT skrd_id, sum(amount) AS sum FROM assessments_decision GROUP BY 1) r
                 ON r.skrd_id = s.id
         WHERE s.principal IS DISTINCT FROM l.sum
            OR s.principal <> coalesce(b.sum, 0) + coalesce(r.sum, 0)
        """,
    )


def _quotes() -> Finding:
    """What an open debt costs today is its amount and its interest, to the sen, over account codes."""
    table, today, rows, problems = terms.interest_table(), timezone.localdate(), 0, []
    open_debts = Debt.objects.collectable().select_related("skrd").prefetch_related("skrd__lines")
    for debt in open_debts.iterator(chunk_size=500):
        rows += 1
        interest = interest_on(debt, today, table)
        parts = shares(debt.amount, debt.skrd.lines.all(), interest, on=today)
        if sum(part.amount for part in parts) != debt.amount + interest:
            problems.append(f"tagihan {debt.pk}: bagian per kode rekening bukan jumlahnya")
    return Finding(rows, problems[:50])


def _paid_by_money() -> Finding:
    """A paid debt has exactly one settling payment of its own, over amount and interest, and the reverse."""
    return count_and_problems(
        "SELECT count(*) FROM assessments_debt WHERE payment_id IS NOT NULL",
        f"""
        SELECT format('tagihan %s lunas tanpa pembayaran penuhnya', b.id) FROM assessments_debt b
          JOIN incoming_payment p ON p.id = b.payment_id
          LEFT JOIN incoming_paymentrequest r ON r.id = p.request_id
         WHERE p.revenue_amount <> b.amount + b.interest_paid OR p.paid_at <> b.paid_at
            OR (r.payable_kind, r.payable_key) IS DISTINCT FROM ('{KIND}', b.key)
        UNION ALL
        SELECT format('pembayaran %s melunasi, tetapi tagihannya belum lunas', p.id) FROM incoming_payment p
          JOIN incoming_paymentrequest r ON r.id = p.request_id AND r.payable_kind = '{KIND}'
          LEFT JOIN assessments_debt b ON b.key = r.payable_key
         WHERE p.revenue_amount > 0 AND p.fulfilment = 'done' AND b.payment_id IS DISTINCT FROM p.id
        """,
    )


def _compensated() -> Finding:
    """A paid debt has its money; titipan that paid one is exactly its cost, and its payer's."""
    return count_and_problems(
        "SELECT count(*) FROM assessments_debt WHERE paid_at IS NOT NULL",
        f"""
        SELECT format('tagihan %s tidak cocok dengan kompensasinya %s', b.id, c.id)
          FROM incoming_compensation c
          LEFT JOIN assessments_debt b ON b.compensation_id = c.id
          LEFT JOIN assessments_skrd k ON k.id = b.skrd_id
          JOIN incoming_payment p ON p.id = c.payment_id
          LEFT JOIN incoming_paymentrequest r ON r.id = p.request_id AND r.payable_kind = '{KIND}'
          LEFT JOIN assessments_debt o ON o.key = r.payable_key
          LEFT JOIN assessments_skrd w ON w.id = o.skrd_id
         WHERE c.payable_kind = '{KIND}' AND c.state IN ('done', 'undone')
           AND ((b.key = c.payable_key AND b.amount + b.interest_paid = c.amount
                 AND k.wajib_retribusi_id = w.wajib_retribusi_id) IS NOT TRUE
                OR (c.state = 'undone' AND b.retired_at IS NULL))
        UNION ALL
        SELECT format('tagihan %s lunas tanpa uang atau titipan', id) FROM assessments_debt
         WHERE paid_at IS NOT NULL AND payment_id IS NULL AND compensation_id IS NULL
        """,
    )


def _strd() -> Finding:
    """A STRD follows a teguran and states the interest of its day by the rule of the due day."""
    table, rows, problems = terms.interest_table(), 0, []
    letters = Letter.objects.filter(kind=Letter.Kind.STRD).select_related("debt", "document")
    tegurans = Letter.objects.filter(kind=Letter.Kind.TEGURAN)
    warned = set(tegurans.values_list("debt__skrd", "debt__position", "debt__due_on"))
    for letter in letters.iterator(chunk_size=500):
        rows += 1
        if letter.interest != interest_on(letter.debt, letter.issued_on, table):
            problems.append(f"STRD {letter.document.number_text}: bunganya bukan menurut aturan")
        if (letter.debt.skrd_id, letter.debt.position, letter.debt.due_on) not in warned:
            problems.append(f"STRD {letter.document.number_text}: tanpa surat teguran")
    return Finding(rows, problems[:50])


def _files() -> Finding:
    """A finished file has one SKRD for each of its rows, and their sum is what was confirmed."""
    return count_and_problems(
        "SELECT count(*) FROM assessments_assessmentfile WHERE finished_at IS NOT NULL",
        "SELECT format('berkas %s: %s SKRD %s, dikonfirmasi %s SKRD %s', f.name, count(s.id),"
        " coalesce(sum(s.principal), 0), f.rows, f.total)"
        " FROM assessments_assessmentfile f LEFT JOIN assessments_skrd s ON s.file_id = f.id"
        " WHERE f.finished_at IS NOT NULL GROUP BY f.id"
        " HAVING count(s.id) <> f.rows OR coalesce(sum(s.principal), 0) <> f.total",
    )


def _guards() -> Finding:
    return guards_standing(_GUARDS)


LAWS = (
    Law("assessments.numbered", "SKRD dan surat penagihan bernomor urut tanpa celah", _numbered),
    Law("assessments.voids", "SKRD batal beralasan, dan hanya yang batal diganti", _voids),
    Law("assessments.adds_up", "tagihan dan keringanan berjumlah ketetapan SKRD", _adds_up),
    Law("assessments.quotes", "harga tagihan sama dengan pokok dan bunganya", _quotes),
    Law("assessments.paid_by_money", "tagihan lunas ditutup tepat oleh satu pembayaran", _paid_by_money),
    Law("assessments.compensated", "tagihan yang dibayar titipan cocok dengan kompensasinya", _compensated),
    Law("assessments.strd", "STRD didahului teguran dan bunganya menurut aturan", _strd),
    Law("assessments.files", "berkas SKRD yang selesai terbit seluruhnya", _files),
    Law("assessments.guards", "penjaga penetapan terpasang di basis data", _guards),
)
