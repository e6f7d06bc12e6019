-- The only way into the books, version 1.

-- Canonical text of a journal: one JSON array (as jsonb prints it) for the header, one for each leg, joined by
-- line feeds. Its SHA-256 is the journal's hash.
CREATE FUNCTION ledger_header(
    id bigint, key text, request_hash bytea, kind text, source text, effective_date date, value_date date,
    recorded_at timestamptz, description text, currency text, by_id bigint, reverses_id bigint
) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_array(
        id, key, encode(request_hash, 'hex'), kind, source, effective_date, value_date,
        to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        description, currency, by_id, reverses_id)::text
$$;

CREATE FUNCTION ledger_leg(
    line_no integer, book text, account text, amount numeric, currency text, opd_id bigint,
    kode_rekening text, memo text
) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_array(
        line_no, book, account, amount::numeric(18, 2)::text, currency, opd_id, kode_rekening, memo)::text
$$;

CREATE FUNCTION ledger_amount(amount text) RETURNS numeric LANGUAGE sql VOLATILE AS $$
    SELECT CASE
        WHEN amount ~ '^-?[0-9]{1,13}(\.[0-9]{1,2})?$' AND amount::numeric <> 0 THEN amount::numeric(18, 2)
        ELSE ledger_refuse(NULL::numeric, 'LD006', format(
            'Jumlah %s ditolak: harus bukan nol, paling banyak dua desimal, di bawah Rp10 triliun.',
            coalesce(quote_literal(left(amount, 40)), 'kosong')))
    END
$$;

-- ``request``: {"by", "at", "journals": [{"key", "kind", "source", "effective_date", "value_date", "description",
-- "currency", "legs": [{"role", "amount", "opd", "kode_rekening", "memo"}]}]}; a reversal is {"key", "reverses",
-- "description"}. One row for each journal, in order.
CREATE FUNCTION ledger_post(request jsonb) RETURNS TABLE (place bigint, journal_id bigint, created boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    fresh bigint[];
    now_xid bigint := pg_current_xact_id()::text::bigint + ledger_xid_offset();
BEGIN
    IF now_xid < (SELECT max(upto_xid) FROM ledger_block) THEN
        RAISE EXCEPTION USING ERRCODE = 'LD012', MESSAGE =
            'Basis data ini dipulihkan dari salinan: jalankan ''manage.py ledger_epoch'' lebih dahulu.';
    END IF;

    WITH asked AS MATERIALIZED (
        SELECT nextval('ledger_journal_id_seq') AS id,
               d.item ->> 'key' AS key,
               sha256(convert_to((d.item - 'key')::text, 'UTF8')) AS request_hash,
               d.item -> 'legs' AS legs,
               CASE WHEN r.id IS NULL THEN d.item ->> 'kind' ELSE 'reversal' END AS kind,
               CASE WHEN r.id IS NULL THEN d.item ->> 'source' ELSE r.source END AS source,
               CASE WHEN r.id IS NULL THEN (d.item ->> 'effective_date')::date
                    ELSE greatest(r.effective_date, at.day) END AS effective_date,
               CASE WHEN r.id IS NULL THEN (d.item ->> 'value_date')::date
                    ELSE greatest(r.value_date, at.day) END AS value_date,
               at.instant AS recorded_at,
               d.item ->> 'description' AS description,
               CASE WHEN r.id IS NULL THEN d.item ->> 'currency' ELSE r.currency END AS currency,
               (request ->> 'by')::bigint AS by_id,
               CASE WHEN r.id IS NULL AND d.item ? 'reverses' THEN ledger_refuse(NULL::bigint, 'LD009', format(
                        'Jurnal %s yang hendak dibalik tidak ada.', d.item ->> 'reverses'))
                    ELSE r.id END AS reverses_id
          FROM jsonb_array_elements(request -> 'journals') AS d (item)
         CROSS JOIN (SELECT (request ->> 'at')::timestamptz AS instant,
                            ((request ->> 'at')::timestamptz AT TIME ZONE 'Asia/Jakarta')::date AS day) at
          LEFT JOIN ledger_journal r ON r.id = (d.item ->> 'reverses')::bigint
         WHERE NOT EXISTS (SELECT FROM ledger_journal j WHERE j.key = d.item ->> 'key')
    ), leg AS MATERIALIZED (
        SELECT q.id, l.line_no::integer AS line_no, a.book, a.slug AS account,
               CASE WHEN a.id IS NULL THEN ledger_refuse(NULL::bigint, 'LD004', format(
                        'Tidak ada aturan jurnal untuk peran %s pada %s.', l.item ->> 'role', q.effective_date))
                    WHEN q.effective_date NOT BETWEEN a.valid_from AND coalesce(a.valid_to, 'infinity') THEN
                        ledger_refuse(NULL::bigint, 'LD005', format(
                            'Akun %s tidak berlaku pada %s.', a.name, q.effective_date))
                    ELSE a.id END AS account_id,
               ledger_amount(l.item ->> 'amount') AS amount, q.currency, (l.item ->> 'opd')::bigint AS opd_id,
               coalesce(nullif(l.item ->> 'kode_rekening', ''), c.kode_rekening, '') AS kode_rekening,
               coalesce(l.item ->> 'memo', '') AS memo
          FROM asked q
         CROSS JOIN LATERAL jsonb_array_elements(q.legs) WITH ORDINALITY AS l (item, line_no)
          LEFT JOIN LATERAL (
                SELECT account_id FROM ledger_postingrule
                 WHERE role = l.item ->> 'role' AND valid_from <= q.effective_date
                   AND (valid_to IS NULL OR valid_to >= q.effective_date)
                 ORDER BY valid_from DESC LIMIT 1) rule ON true
          LEFT JOIN ledger_account a ON a.id = rule.account_id
          LEFT JOIN LATERAL (
                SELECT kode_rekening FROM ledger_accountcode
                 WHERE account_id = a.id AND valid_from <= q.effective_date
                   AND (valid_to IS NULL OR valid_to >= q.effective_date)
                 ORDER BY valid_from DESC LIMIT 1) c ON true
        UNION ALL
        SELECT q.id, e.line_no, e.book, a.slug, a.id, -e.amount, e.currency, e.opd_id, e.kode_rekening, e.memo
          FROM asked q
          JOIN ledger_entry e ON e.journal_id = q.reverses_id
          JOIN ledger_account a ON a.id = e.account_id
    ), sealed AS (
        SELECT q.*, g.legs_count,
               sha256(convert_to(
                   ledger_header(q.id, q.key, q.request_hash, q.kind, q.source, q.effective_date, q.value_date,
                                 q.recorded_at, q.description, q.currency, q.by_id, q.reverses_id)
                   || E'\n' || g.text, 'UTF8')) AS hash
          FROM asked q
         CROSS JOIN LATERAL (
                SELECT CASE WHEN count(*) >= 2 THEN count(*) ELSE ledger_refuse(NULL::bigint, 'LD003', format(
                           'Jurnal %s perlu paling sedikit dua baris.', q.key)) END AS legs_count,
                       string_agg(ledger_leg(line_no, book, account, amount, currency, opd_id, kode_rekening, memo),
                                  E'\n' ORDER BY line_no) AS text
                  FROM leg WHERE leg.id = q.id) g
    ), journal AS (
        INSERT INTO ledger_journal (id, key, request_hash, kind, source, effective_date, value_date, recorded_at,
                                    description, currency, legs, by_id, reverses_id, xid, hash)
        SELECT id, key, request_hash, kind, source, effective_date, value_date, recorded_at,
               description, currency, legs_count, by_id, reverses_id, now_xid, hash
          FROM sealed
            ON CONFLICT DO NOTHING
        RETURNING id
    ), entry AS (
        INSERT INTO ledger_entry (journal_id, line_no, book, account_id, amount, currency, opd_id, kode_rekening,
                                  memo)
        SELECT id, line_no, book, account_id, amount, currency, opd_id, kode_rekening, memo
          FROM leg JOIN journal USING (id)
    )
    SELECT coalesce(array_agg(id), '{}') INTO fresh FROM journal;

    RETURN QUERY
    SELECT d.ordinality,
           CASE WHEN j.request_hash = sha256(convert_to((d.item - 'key')::text, 'UTF8')) THEN j.id
                WHEN j.id IS NOT NULL THEN ledger_refuse(NULL::bigint, 'LD001', format(
                    'Kunci %s sudah dipakai untuk jurnal %s dengan isi yang berbeda.', d.item ->> 'key', j.id))
                ELSE ledger_refuse(NULL::bigint, 'LD009', format(
                    'Jurnal %s sudah dibalik.', d.item ->> 'reverses')) END,
           j.id = ANY (fresh) AND row_number() OVER (PARTITION BY d.item ->> 'key' ORDER BY d.ordinality) = 1
      FROM jsonb_array_elements(request -> 'journals') WITH ORDINALITY AS d (item, ordinality)
      LEFT JOIN LATERAL (SELECT id, request_hash FROM ledger_journal WHERE key = d.item ->> 'key') j ON true;
END $$;

-- Given to the application's role by ``grant_roles``.
REVOKE EXECUTE ON FUNCTION ledger_post(jsonb), ledger_roll_up(timestamptz), ledger_new_epoch(timestamptz)
    FROM PUBLIC;
