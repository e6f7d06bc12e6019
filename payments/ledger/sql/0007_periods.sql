-- Months close and open again, version 1. Once installed anywhere, change them in a new file, never here.

-- The last day that is closed; NULL while none is.
CREATE FUNCTION ledger_closed_through() RETURNS date LANGUAGE sql STABLE AS $$
    SELECT closed_through FROM public.ledger_perioddecision ORDER BY id DESC LIMIT 1
$$;

-- Nothing new counts in a closed month, whoever writes it.
CREATE FUNCTION ledger_period_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closed date := public.ledger_closed_through();
    bad date;
BEGIN
    SELECT min(effective_date) INTO bad FROM fresh WHERE effective_date <= closed;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'LD013', MESSAGE = format(
            'Buku sudah ditutup sampai %s; jurnal bertanggal %s ditolak. Pakai tanggal yang masih terbuka.',
            to_char(closed, 'DD/MM/YYYY'), to_char(bad, 'DD/MM/YYYY'));
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_period_open AFTER INSERT ON ledger_journal
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_period_open();
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_perioddecision
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
ALTER TABLE ledger_journal ENABLE ALWAYS TRIGGER ledger_period_open;
ALTER TABLE ledger_perioddecision ENABLE ALWAYS TRIGGER ledger_append_only;

-- Closes or reopens the month that begins on ``first``; the number of the decision. Months close in order, once they
-- are over; only the last closed one opens again, and not by who closed it. It waits a moment for postings under way,
-- and they for it: a journal is either in the books before the decision or knows of it.
CREATE FUNCTION ledger_decide_period(
    first date, wanted text, decided_by bigint, decided timestamptz, why text
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    last date := (first + interval '1 month')::date - 1;
    standing ledger_perioddecision;
    made bigint;
    problem text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ledger_periods'));
    SELECT * INTO standing FROM ledger_perioddecision ORDER BY id DESC LIMIT 1;
    problem := CASE
        WHEN first <> date_trunc('month', first)::date OR wanted NOT IN ('closed', 'reopened') THEN
            'Periode buku adalah satu bulan.'
        WHEN char_length(btrim(coalesce(why, ''))) < 5 THEN
            'Tulis dasar keputusan ini, paling sedikit lima huruf.'
        WHEN wanted = 'closed' AND last >= (decided AT TIME ZONE 'Asia/Jakarta')::date THEN
            'Bulan yang masih berjalan belum dapat ditutup.'
        WHEN wanted = 'closed' AND standing.closed_through >= last THEN 'Bulan ini sudah ditutup.'
        WHEN wanted = 'closed' AND standing.closed_through + 1 <> first THEN
            'Bulan ditutup berurutan. Tutup dahulu bulan sebelumnya.'
        WHEN wanted = 'reopened' AND standing.closed_through IS DISTINCT FROM last THEN
            'Hanya bulan tertutup yang terakhir yang dapat dibuka lagi.'
        WHEN wanted = 'reopened' AND standing.closed_through IS NOT NULL AND decided_by = (
            SELECT by_id FROM ledger_perioddecision
             WHERE month = first AND state = 'closed' ORDER BY id DESC LIMIT 1) THEN
            'Bulan dibuka lagi oleh orang lain daripada yang menutupnya.'
    END;
    IF problem IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'LD014', MESSAGE = problem;
    END IF;
    INSERT INTO ledger_perioddecision (month, state, closed_through, by_id, at, reason, xid)
    VALUES (first, wanted, CASE wanted WHEN 'closed' THEN last ELSE first - 1 END, decided_by, decided, btrim(why),
            pg_current_xact_id()::text::bigint + ledger_xid_offset())
    RETURNING id INTO made;
    RETURN made;
END $$;

-- The only way into the books, version 2: it knows which months are closed.

-- ``request``: {"by", "at", "journals": [{"key", "kind", "source", "effective_date", "value_date", "description",
-- "currency", "legs": [{"role", "amount", "opd", "kode_rekening", "memo"}]}]}; a reversal is {"key", "reverses",
-- "description"}. One row for each journal, in order; the set enters whole or not at all, in one statement.
-- "moves" is true where the days are those of events, not of the person: in a closed month such a journal, and every
-- one without "by", counts on the first open day and keeps its value date. ledger_period_open refuses the others.
-- enable_seqscan: a plan made while the books were small must not read all of them later.
CREATE OR REPLACE FUNCTION ledger_post(request jsonb) RETURNS TABLE (place bigint, journal_id bigint, created boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    recorded timestamptz := (request ->> 'at')::timestamptz;
    today date := (recorded AT TIME ZONE 'Asia/Jakarta')::date;
    moves boolean := coalesce((request ->> 'moves')::boolean, false) OR request ->> 'by' IS NULL;
    closed date;
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

    PERFORM pg_advisory_xact_lock_shared(hashtext('ledger_periods'));
    closed := ledger_closed_through();

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
            IF moves AND journal.effective_date <= closed THEN
                journal.effective_date := closed + 1;
            END IF;
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

REVOKE EXECUTE ON FUNCTION ledger_decide_period(date, text, bigint, timestamptz, text) FROM PUBLIC;
