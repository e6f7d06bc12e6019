-- The only way into the books, version 3: a set of journals is worked out and written as a set.

-- ``request``: {"by", "at", "moves", "journals": [{"key", "kind", "source", "effective_date", "value_date",
-- "description", "currency", "legs": [{"role", "amount", "opd", "kode_rekening", "memo"}]}]}; a reversal is {"key",
-- "reverses", "description"}: the same accounts, agencies and codes, the other side. One row for each journal, in
-- order; the set enters whole or not at all, in one statement. Of several legs that are wrong the first is told.
-- "moves" is true where the days are those of events, not of the person: in a closed month such a journal, and every
-- one without "by", counts on the first open day and keeps its value date. ledger_period_open refuses the others.
-- enable_seqscan: a plan made while the books were small must not read all of them later; for the same reason the
-- books are looked into row by row (LIMIT, OFFSET), by index.
CREATE OR REPLACE FUNCTION ledger_post(request jsonb) RETURNS TABLE (place bigint, journal_id bigint, created boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    recorded timestamptz := (request ->> 'at')::timestamptz;
    today date := (recorded AT TIME ZONE 'Asia/Jakarta')::date;
    author bigint := (request ->> 'by')::bigint;
    moves boolean := author IS NULL OR coalesce((request ->> 'moves')::boolean, false);
    closed date;
    now_xid bigint;
    rolled_up bigint;
    wrong text[];
    fresh bigint[];
    given bigint[] := '{}';
    item jsonb;
    position bigint;
    journal ledger_journal;
BEGIN
    SELECT pg_current_xact_id()::text::bigint + ledger_xid_offset(), max(upto_xid) INTO now_xid, rolled_up
      FROM ledger_block;
    IF now_xid < rolled_up THEN
        RAISE EXCEPTION USING ERRCODE = 'LD012', MESSAGE =
            'Basis data ini dipulihkan dari salinan: jalankan ''manage.py ledger_epoch'' lebih dahulu.';
    END IF;

    PERFORM pg_advisory_xact_lock_shared(hashtext('ledger_periods'));
    closed := ledger_closed_through();

    WITH asked AS (
        SELECT a.place, a.value AS item, a.value ->> 'key' AS key, a.value ? 'reverses' AS mirrors,
               (a.value ->> 'effective_date')::date AS day
          FROM jsonb_array_elements(request -> 'journals') WITH ORDINALITY AS a (value, place)
         WHERE (SELECT j.id FROM ledger_journal j WHERE j.key = a.value ->> 'key') IS NULL
    ), head AS MATERIALIZED (
        SELECT a.place, nextval('ledger_journal_id_seq') AS id, a.key, a.item,
               sha256(convert_to((a.item - 'key')::text, 'UTF8')) AS request_hash,
               CASE WHEN a.mirrors THEN 'reversal' ELSE a.item ->> 'kind' END AS kind,
               CASE WHEN a.mirrors THEN o.source ELSE a.item ->> 'source' END AS source,
               CASE WHEN a.mirrors THEN greatest(o.effective_date, today)
                    WHEN moves AND a.day <= closed THEN closed + 1 ELSE a.day END AS effective_date,
               CASE WHEN a.mirrors THEN greatest(o.value_date, today) ELSE (a.item ->> 'value_date')::date
                    END AS value_date,
               a.item ->> 'description' AS description,
               CASE WHEN a.mirrors THEN o.currency ELSE a.item ->> 'currency' END AS currency,
               o.id AS reverses_id
          FROM asked AS a
          LEFT JOIN LATERAL (
              SELECT * FROM ledger_journal j WHERE j.id = (a.item ->> 'reverses')::bigint LIMIT 1) AS o ON true
    ), named AS MATERIALIZED (
        SELECT h.place, h.id, h.effective_date AS day, h.currency, l.line_no::integer, l.role, l.amount,
               l.opd AS opd_id, coalesce(l.kode_rekening, '') AS code, coalesce(l.memo, '') AS memo
          FROM head AS h
         CROSS JOIN ROWS FROM (jsonb_to_recordset(h.item -> 'legs') AS (
             role text, amount text, opd bigint, kode_rekening text, memo text)) WITH ORDINALITY
             AS l (role, amount, opd, kode_rekening, memo, line_no)
         WHERE h.reverses_id IS NULL
    ), ruled AS (
        SELECT d.role, d.day, a.*
          FROM (SELECT DISTINCT role, day FROM named) AS d
         CROSS JOIN LATERAL (
            SELECT a.id AS account_id, a.slug, a.book, a.name,
                   d.day >= a.valid_from AND (a.valid_to IS NULL OR d.day <= a.valid_to) AS in_force,
                   (SELECT c.kode_rekening FROM ledger_accountcode c
                     WHERE c.account_id = a.id AND c.valid_from <= d.day
                       AND (c.valid_to IS NULL OR c.valid_to >= d.day)
                     ORDER BY c.valid_from DESC LIMIT 1) AS code
              FROM ledger_postingrule r JOIN ledger_account a ON a.id = r.account_id
             WHERE r.role = d.role AND r.valid_from <= d.day AND (r.valid_to IS NULL OR r.valid_to >= d.day)
             ORDER BY r.valid_from DESC LIMIT 1) AS a
    ), leg AS MATERIALIZED (
        SELECT n.place, n.id, n.line_no, r.book, r.account_id, r.slug, n.currency, n.opd_id,
               CASE WHEN n.code = '' THEN coalesce(r.code, '') ELSE n.code END AS kode_rekening, n.memo,
               CASE WHEN n.amount ~ '^-?[0-9]{1,13}(\.[0-9]{1,2})?$' THEN n.amount::numeric(18, 2) END AS amount,
               n.role, n.day, n.amount AS wrote, r.name, r.in_force
          FROM named AS n LEFT JOIN ruled AS r ON r.role = n.role AND r.day = n.day
         UNION ALL
        SELECT h.place, h.id, e.line_no, e.book, e.account_id, e.slug, e.currency, e.opd_id, e.kode_rekening, e.memo,
               -e.amount, NULL, NULL, NULL, NULL, true
          FROM head AS h
         CROSS JOIN LATERAL (
            SELECT e.*, a.slug FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
             WHERE e.journal_id = h.reverses_id OFFSET 0) AS e
         WHERE h.reverses_id IS NOT NULL
    ), refused AS MATERIALIZED (
        SELECT CASE
                WHEN l.account_id IS NULL THEN ARRAY['LD004', format(
                    'Tidak ada aturan jurnal untuk peran %s pada %s.', l.role, l.day)]
                WHEN NOT l.in_force THEN ARRAY['LD005', format('Akun %s tidak berlaku pada %s.', l.name, l.day)]
                ELSE ARRAY['LD006', format(
                    'Jumlah %s ditolak: harus bukan nol, paling banyak dua desimal, di bawah Rp10 triliun.',
                    coalesce(quote_literal(left(l.wrote, 40)), 'kosong'))] END AS why
          FROM leg AS l
         WHERE l.account_id IS NULL OR NOT l.in_force OR coalesce(l.amount, 0) = 0
         ORDER BY l.place, l.line_no LIMIT 1
    ), j AS (
        INSERT INTO ledger_journal (id, key, request_hash, kind, source, effective_date, value_date, recorded_at,
                                    description, currency, legs, by_id, reverses_id, xid, hash)
        SELECT h.id, h.key, h.request_hash, h.kind, h.source, h.effective_date, h.value_date, recorded, h.description,
               h.currency, count(*), author, h.reverses_id, now_xid,
               sha256(convert_to(
                   ledger_header(h.id, h.key, h.request_hash, h.kind, h.source, h.effective_date, h.value_date,
                                 recorded, h.description, h.currency, author, h.reverses_id)
                   || E'\n' || string_agg(
                       ledger_leg(l.line_no, l.book, l.slug, l.amount, l.currency, l.opd_id, l.kode_rekening, l.memo),
                       E'\n' ORDER BY l.line_no), 'UTF8'))
          FROM head AS h JOIN leg AS l USING (id)
         WHERE (SELECT why FROM refused) IS NULL
         GROUP BY h.id, h.key, h.request_hash, h.kind, h.source, h.effective_date, h.value_date, h.description,
                  h.currency, h.reverses_id
            ON CONFLICT DO NOTHING RETURNING id
    ), e AS (
        INSERT INTO ledger_entry (journal_id, line_no, book, account_id, amount, currency, opd_id, kode_rekening, memo)
        SELECT l.id, l.line_no, l.book, l.account_id, l.amount, l.currency, l.opd_id, l.kode_rekening, l.memo
          FROM leg AS l WHERE l.id IN (SELECT id FROM j)
    )
    SELECT (SELECT why FROM refused), (SELECT array_agg(id ORDER BY id) FROM j) INTO wrong, fresh;

    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = wrong[1], MESSAGE = wrong[2];
    ELSIF cardinality(fresh) = jsonb_array_length(request -> 'journals') THEN
        RETURN QUERY SELECT u.place, u.id, true FROM unnest(fresh) WITH ORDINALITY AS u (id, place);
        RETURN;
    END IF;
    -- Some keys stood in the books already, came in just now from elsewhere, or came twice in this set.
    FOR item, position IN SELECT * FROM jsonb_array_elements(request -> 'journals') WITH ORDINALITY LOOP
        SELECT * INTO journal FROM ledger_journal WHERE key = item ->> 'key';
        IF NOT FOUND AND NOT item ? 'reverses' THEN
            RAISE EXCEPTION USING ERRCODE = 'LD003', MESSAGE = format(
                'Jurnal %s perlu paling sedikit dua baris.', item ->> 'key');
        ELSIF NOT FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'LD009', MESSAGE = format(
                CASE WHEN (SELECT id FROM ledger_journal WHERE id = (item ->> 'reverses')::bigint) IS NULL
                    THEN 'Jurnal %s yang hendak dibalik tidak ada.' ELSE 'Jurnal %s sudah dibalik.' END,
                item ->> 'reverses');
        ELSIF journal.request_hash <> sha256(convert_to((item - 'key')::text, 'UTF8')) THEN
            RAISE EXCEPTION USING ERRCODE = 'LD001', MESSAGE = format(
                'Kunci %s sudah dipakai untuk jurnal %s dengan isi yang berbeda.', journal.key, journal.id);
        END IF;
        place := position;
        journal_id := journal.id;
        created := journal.id = ANY (coalesce(fresh, '{}')) AND journal.id <> ALL (given);
        given := given || journal.id;
        RETURN NEXT;
    END LOOP;
END $$;
