-- Blocks, roll-ups and balances, version 1.

-- Transaction ids as the books count them: a new epoch adds an offset after a restore from a dump.
CREATE FUNCTION ledger_xid_offset() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce(max(xid_offset), 0) FROM public.ledger_epoch
$$;

-- Starts an epoch where the server counts below the books; the offset, or NULL where none is needed.
CREATE FUNCTION ledger_new_epoch(started timestamptz) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    booked bigint := greatest((SELECT max(upto_xid) FROM ledger_block), (SELECT max(xid) FROM ledger_journal));
BEGIN
    IF booked IS NULL OR pg_current_xact_id()::text::bigint + ledger_xid_offset() >= booked THEN
        RETURN NULL;
    END IF;
    INSERT INTO ledger_epoch (xid_offset, started_at) VALUES (booked, started);
    RETURN booked;
END $$;

-- Closes every finished transaction since the last block into a new one. Reads only below the oldest running
-- transaction, so that no late commit is skipped, and no poster waits. NULL where there is nothing to close, or
-- another roll-up is at work.
CREATE FUNCTION ledger_roll_up(made timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    last record;
    low bigint;
    high bigint;
    block bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('ledger_roll_up')) THEN
        RETURN NULL;
    END IF;
    SELECT id, upto_xid, hash INTO last FROM ledger_block ORDER BY id DESC LIMIT 1;
    low := coalesce(last.upto_xid, 0);
    high := pg_snapshot_xmin(pg_current_snapshot())::text::bigint + ledger_xid_offset();
    IF NOT EXISTS (SELECT FROM ledger_journal WHERE xid >= low AND xid < high) THEN
        RETURN NULL;
    END IF;
    block := coalesce(last.id, 0) + 1;
    INSERT INTO ledger_block (id, from_xid, upto_xid, journals, legs, hash, made_at)
    SELECT block, low, high, count(*), sum(j.legs),
           sha256(coalesce(last.hash, '') || string_agg(j.hash, '' ORDER BY j.id)), made
      FROM ledger_journal j WHERE j.xid >= low AND j.xid < high;
    INSERT INTO ledger_rollup (block_id, account_id, opd_id, book, day, debit, credit, legs)
    SELECT block, e.account_id, e.opd_id, e.book, j.effective_date,
           sum(greatest(e.amount, 0)), sum(greatest(-e.amount, 0)), count(*)
      FROM ledger_journal j JOIN ledger_entry e ON e.journal_id = j.id
     WHERE j.xid >= low AND j.xid < high
     GROUP BY e.account_id, e.opd_id, e.book, j.effective_date;
    INSERT INTO ledger_periodtotal AS t (period, start, account_id, opd_id, debit, credit, legs)
    SELECT p.period, CASE p.period WHEN 'd' THEN r.day ELSE date_trunc('month', r.day)::date END,
           r.account_id, r.opd_id, sum(r.debit), sum(r.credit), sum(r.legs)
      FROM ledger_rollup r CROSS JOIN (VALUES ('d'), ('m')) AS p (period)
     WHERE r.block_id = block
     GROUP BY 1, 2, 3, 4
        ON CONFLICT (account_id, period, start, opd_id) DO UPDATE
       SET debit = t.debit + excluded.debit, credit = t.credit + excluded.credit, legs = t.legs + excluded.legs;
    RETURN block;
END $$;

-- Debits and credits of each account up to a day inclusive: months, days of the last month, and the tail of
-- transactions no block holds yet. With ``known`` only what blocks up to that number hold. NULL means any.
-- STABLE: all its parts read one snapshot. OFFSET 0 makes the planner find the tail by xid and its legs by journal,
-- whatever the statistics say: another order would read all of history.
CREATE FUNCTION ledger_sums(upto date, account bigint, opds bigint[], known bigint)
RETURNS TABLE (account_id bigint, debit numeric, credit numeric)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    month date := date_trunc('month', upto);
    mark bigint := (SELECT coalesce(max(upto_xid), 0) FROM ledger_block);
BEGIN
    IF known IS NOT NULL THEN
        RETURN QUERY
        SELECT r.account_id, sum(r.debit), sum(r.credit) FROM ledger_rollup r
         WHERE r.block_id <= known AND r.day <= upto
           AND (account IS NULL OR r.account_id = account) AND (opds IS NULL OR r.opd_id = ANY (opds))
         GROUP BY r.account_id;
        RETURN;
    END IF;
    RETURN QUERY
    SELECT u.account_id, sum(u.debit), sum(u.credit) FROM (
        SELECT t.account_id, t.debit, t.credit FROM ledger_periodtotal t
         WHERE t.period = 'm' AND t.start < month
           AND (account IS NULL OR t.account_id = account) AND (opds IS NULL OR t.opd_id = ANY (opds))
        UNION ALL
        SELECT t.account_id, t.debit, t.credit FROM ledger_periodtotal t
         WHERE t.period = 'd' AND t.start BETWEEN month AND upto
           AND (account IS NULL OR t.account_id = account) AND (opds IS NULL OR t.opd_id = ANY (opds))
        UNION ALL
        SELECT e.account_id, greatest(e.amount, 0), greatest(-e.amount, 0)
          FROM (SELECT id, effective_date FROM ledger_journal WHERE xid >= mark OFFSET 0) j
         CROSS JOIN LATERAL (SELECT account_id, amount, opd_id FROM ledger_entry WHERE journal_id = j.id OFFSET 0) e
         WHERE j.effective_date <= upto
           AND (account IS NULL OR e.account_id = account) AND (opds IS NULL OR e.opd_id = ANY (opds))) u
     GROUP BY u.account_id;
END $$;
