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

-- The hash of a journal that is about to be written, with its legs.
CREATE FUNCTION ledger_sealed(journal ledger_journal, legs ledger_entry[]) RETURNS bytea
LANGUAGE plpgsql STABLE AS $$
DECLARE
    leg ledger_entry;
    canonical text := ledger_header(
        journal.id, journal.key, journal.request_hash, journal.kind, journal.source, journal.effective_date,
        journal.value_date, journal.recorded_at, journal.description, journal.currency, journal.by_id,
        journal.reverses_id);
BEGIN
    FOREACH leg IN ARRAY legs LOOP
        canonical := canonical || E'\n' || ledger_leg(
            leg.line_no, leg.book, (SELECT slug FROM ledger_account WHERE id = leg.account_id), leg.amount,
            leg.currency, leg.opd_id, leg.kode_rekening, leg.memo);
    END LOOP;
    RETURN sha256(convert_to(canonical, 'UTF8'));
END $$;

-- The legs of a draft: roles become accounts by the rules in force on the day.
CREATE FUNCTION ledger_drafted(legs jsonb, journal bigint, day date, currency text) RETURNS ledger_entry[]
LANGUAGE plpgsql STABLE AS $$
DECLARE
    item jsonb;
    account record;
    entry ledger_entry;
    entries ledger_entry[] := '{}';
BEGIN
    FOR item IN SELECT value FROM jsonb_array_elements(legs) LOOP
        SELECT a.* INTO account
          FROM ledger_postingrule r JOIN ledger_account a ON a.id = r.account_id
         WHERE r.role = item ->> 'role' AND r.valid_from <= day AND (r.valid_to IS NULL OR r.valid_to >= day)
         ORDER BY r.valid_from DESC LIMIT 1;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'LD004', MESSAGE = format(
                'Tidak ada aturan jurnal untuk peran %s pada %s.', item ->> 'role', day);
        ELSIF day < account.valid_from OR day > account.valid_to THEN
            RAISE EXCEPTION USING ERRCODE = 'LD005', MESSAGE = format(
                'Akun %s tidak berlaku pada %s.', account.name, day);
        ELSIF NOT coalesce(item ->> 'amount' ~ '^-?[0-9]{1,13}(\.[0-9]{1,2})?$', false)
              OR (item ->> 'amount')::numeric = 0 THEN
            RAISE EXCEPTION USING ERRCODE = 'LD006', MESSAGE = format(
                'Jumlah %s ditolak: harus bukan nol, paling banyak dua desimal, di bawah Rp10 triliun.',
                coalesce(quote_literal(left(item ->> 'amount', 40)), 'kosong'));
        END IF;
        entry.journal_id := journal;
        entry.line_no := cardinality(entries) + 1;
        entry.book := account.book;
        entry.account_id := account.id;
        entry.amount := item ->> 'amount';
        entry.currency := currency;
        entry.opd_id := item ->> 'opd';
        entry.kode_rekening := item ->> 'kode_rekening';
        entry.memo := coalesce(item ->> 'memo', '');
        IF coalesce(entry.kode_rekening, '') = '' THEN
            entry.kode_rekening := coalesce(
                (SELECT kode_rekening FROM ledger_accountcode
                  WHERE account_id = account.id AND valid_from <= day AND (valid_to IS NULL OR valid_to >= day)
                  ORDER BY valid_from DESC LIMIT 1), '');
        END IF;
        entries := entries || entry;
    END LOOP;
    RETURN entries;
END $$;

-- The legs of a reversal: the same accounts, agencies and codes, the other side.
CREATE FUNCTION ledger_mirrored(original bigint, journal bigint) RETURNS ledger_entry[]
LANGUAGE plpgsql STABLE AS $$
DECLARE
    entry ledger_entry;
    entries ledger_entry[] := '{}';
BEGIN
    FOR entry IN SELECT * FROM ledger_entry WHERE journal_id = original ORDER BY line_no LOOP
        entry.journal_id := journal;
        entry.amount := -entry.amount;
        entries := entries || entry;
    END LOOP;
    RETURN entries;
END $$;

-- ``request``: {"by", "at", "journals": [{"key", "kind", "source", "effective_date", "value_date", "description",
-- "currency", "legs": [{"role", "amount", "opd", "kode_rekening", "memo"}]}]}; a reversal is {"key", "reverses",
-- "description"}. One row for each journal, in order; the set enters whole or not at all, in one statement.
-- enable_seqscan: a plan made while the books were small must not read all of them later.
CREATE FUNCTION ledger_post(request jsonb) RETURNS TABLE (place bigint, journal_id bigint, created boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    recorded timestamptz := (request ->> 'at')::timestamptz;
    today date := (recorded AT TIME ZONE 'Asia/Jakarta')::date;
    now_xid bigint;
    rolled_up bigint;
    item jsonb;
    position bigint;
    journal ledger_journal;
    original ledger_journal;
    added ledger_entry[];
    journals ledger_journal[] := '{}';
    entries ledger_entry[] := '{}';
    fresh bigint[];
    given bigint[] := '{}';
BEGIN
    SELECT pg_current_xact_id()::text::bigint + ledger_xid_offset(), max(upto_xid) INTO now_xid, rolled_up
      FROM ledger_block;
    IF now_xid < rolled_up THEN
        RAISE EXCEPTION USING ERRCODE = 'LD012', MESSAGE =
            'Basis data ini dipulihkan dari salinan: jalankan ''manage.py ledger_epoch'' lebih dahulu.';
    END IF;

    FOR item IN SELECT value FROM jsonb_array_elements(request -> 'journals') LOOP
        CONTINUE WHEN (SELECT id FROM ledger_journal WHERE key = item ->> 'key') IS NOT NULL;
        journal := NULL;
        journal.id := nextval('ledger_journal_id_seq');
        journal.key := item ->> 'key';
        journal.request_hash := sha256(convert_to((item - 'key')::text, 'UTF8'));
        journal.recorded_at := recorded;
        journal.description := item ->> 'description';
        journal.by_id := (request ->> 'by')::bigint;
        journal.xid := now_xid;
        IF item ? 'reverses' THEN
            SELECT * INTO original FROM ledger_journal WHERE id = (item ->> 'reverses')::bigint;
            IF NOT FOUND THEN
                RAISE EXCEPTION USING ERRCODE = 'LD009', MESSAGE = format(
                    'Jurnal %s yang hendak dibalik tidak ada.', item ->> 'reverses');
            END IF;
            journal.kind := 'reversal';
            journal.source := original.source;
            journal.effective_date := greatest(original.effective_date, today);
            journal.value_date := greatest(original.value_date, today);
            journal.currency := original.currency;
            journal.reverses_id := original.id;
            added := ledger_mirrored(original.id, journal.id);
        ELSE
            journal.kind := item ->> 'kind';
            journal.source := item ->> 'source';
            journal.effective_date := item ->> 'effective_date';
            journal.value_date := item ->> 'value_date';
            journal.currency := item ->> 'currency';
            added := ledger_drafted(item -> 'legs', journal.id, journal.effective_date, journal.currency);
        END IF;
        IF cardinality(added) < 2 THEN
            RAISE EXCEPTION USING ERRCODE = 'LD003', MESSAGE = format(
                'Jurnal %s perlu paling sedikit dua baris.', journal.key);
        END IF;
        journal.legs := cardinality(added);
        journal.hash := ledger_sealed(journal, added);
        journals := journals || journal;
        entries := entries || added;
    END LOOP;

    WITH j AS (
        INSERT INTO ledger_journal SELECT * FROM unnest(journals) ON CONFLICT DO NOTHING RETURNING id
    ), e AS (
        INSERT INTO ledger_entry SELECT u.* FROM unnest(entries) u WHERE u.journal_id IN (SELECT id FROM j)
    )
    SELECT array_agg(id ORDER BY id) INTO fresh FROM j;

    IF cardinality(fresh) = jsonb_array_length(request -> 'journals') THEN
        RETURN QUERY SELECT u.place, u.id, true FROM unnest(fresh) WITH ORDINALITY AS u (id, place);
        RETURN;
    END IF;
    -- Some keys stood in the books already, came in just now from elsewhere, or came twice in this set.
    FOR item, position IN SELECT * FROM jsonb_array_elements(request -> 'journals') WITH ORDINALITY LOOP
        SELECT * INTO journal FROM ledger_journal WHERE key = item ->> 'key';
        IF NOT FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'LD009', MESSAGE = format(
                'Jurnal %s sudah dibalik.', item ->> 'reverses');
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

-- Given to the application's role by ``grant_roles``.
REVOKE EXECUTE ON FUNCTION ledger_post(jsonb), ledger_roll_up(timestamptz), ledger_new_epoch(timestamptz)
    FROM PUBLIC;
