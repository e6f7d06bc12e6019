-- The laws of the books, version 1. Once installed anywhere, change them in a new file, never here.

-- Who a row belongs to, checked at once (Django's own foreign keys would wait for the commit).
ALTER TABLE ledger_journal
    ADD CONSTRAINT ledger_journal_by FOREIGN KEY (by_id) REFERENCES opd_user (id),
    ADD CONSTRAINT ledger_journal_reverses FOREIGN KEY (reverses_id) REFERENCES ledger_journal (id);
ALTER TABLE ledger_entry
    ADD CONSTRAINT ledger_entry_journal FOREIGN KEY (journal_id) REFERENCES ledger_journal (id),
    ADD CONSTRAINT ledger_entry_account FOREIGN KEY (account_id, book) REFERENCES ledger_account (id, book),
    ADD CONSTRAINT ledger_entry_opd FOREIGN KEY (opd_id) REFERENCES opd_opd (id);

-- Raises ``message`` under SQLSTATE ``code``; the first argument gives the type that a CASE needs.
CREATE FUNCTION ledger_refuse(instead anyelement, code text, message text) RETURNS anyelement
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = code, MESSAGE = message;
END $$;

CREATE FUNCTION ledger_append_only() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'LD011', MESSAGE = format(
        'Tabel %s hanya dapat ditambah: %s ditolak. Koreksi dibuat dengan jurnal pembalik.',
        TG_TABLE_NAME, TG_OP);
END $$;

-- The legs of a statement are whole journals: all lines of each, one currency, zero in every book. Line numbers
-- are unique, so legs that come later would have to repeat them.
CREATE FUNCTION ledger_entries_fit() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    bad record;
BEGIN
    SELECT f.journal_id INTO bad
      FROM (SELECT journal_id, count(*) AS n, min(line_no) AS lo, max(line_no) AS hi,
                   min(currency) AS currency, max(currency) AS other_currency
              FROM fresh GROUP BY journal_id) f
      LEFT JOIN ledger_journal j ON j.id = f.journal_id
     WHERE j.id IS NULL OR f.n <> j.legs OR f.lo <> 1 OR f.hi <> j.legs
        OR f.currency <> j.currency OR f.other_currency <> j.currency
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'LD010', MESSAGE = format(
            'Baris jurnal %s tidak utuh: semua baris masuk sekaligus, bernomor urut dan satu mata uang.',
            bad.journal_id);
    END IF;
    SELECT journal_id, book, sum(amount) AS rest INTO bad
      FROM fresh GROUP BY journal_id, book HAVING sum(amount) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'LD002', MESSAGE = format(
            'Jurnal tidak seimbang: debit dikurangi kredit pada buku %s bersisa %s.', bad.book, bad.rest);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION ledger_journals_have_legs() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    bare bigint;
BEGIN
    SELECT id INTO bare FROM fresh
     WHERE NOT EXISTS (SELECT FROM ledger_entry e WHERE e.journal_id = fresh.id AND e.line_no = 1) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'LD010', MESSAGE = format('Jurnal %s tidak mempunyai baris.', bare);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_entries_fit AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_entries_fit();
CREATE TRIGGER ledger_journals_have_legs AFTER INSERT ON ledger_journal
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_journals_have_legs();
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_journal
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_block
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_epoch
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_rollup
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();

-- Replication mode must not silence them.
ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_entries_fit;
ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_append_only;
ALTER TABLE ledger_journal ENABLE ALWAYS TRIGGER ledger_journals_have_legs;
ALTER TABLE ledger_journal ENABLE ALWAYS TRIGGER ledger_append_only;
ALTER TABLE ledger_block ENABLE ALWAYS TRIGGER ledger_append_only;
ALTER TABLE ledger_rollup ENABLE ALWAYS TRIGGER ledger_append_only;
ALTER TABLE ledger_epoch ENABLE ALWAYS TRIGGER ledger_append_only;
