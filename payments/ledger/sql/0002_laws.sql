-- The laws of the books, version 1. Once installed anywhere, change them in a new file, never here.

-- Who wrote, what is reversed, whose money: checked at once (Django's own foreign keys would wait for the commit).
-- A leg's journal and account are checked by ledger_entries_fit instead: a foreign key would lock the row of a hot
-- account in every posting. Neither journals nor accounts can be deleted.
ALTER TABLE ledger_journal
    ADD CONSTRAINT ledger_journal_by FOREIGN KEY (by_id) REFERENCES opd_user (id),
    ADD CONSTRAINT ledger_journal_reverses FOREIGN KEY (reverses_id) REFERENCES ledger_journal (id);
ALTER TABLE ledger_entry
    ADD CONSTRAINT ledger_entry_opd FOREIGN KEY (opd_id) REFERENCES opd_opd (id);

CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'LD011', MESSAGE = format(
        'Tabel %s hanya dapat ditambah: %s ditolak. Koreksi dibuat dengan jurnal pembalik.',
        TG_TABLE_NAME, TG_OP);
END $$;

-- Accounts stay: their id, book and slug stand in legs and hashes for good.
CREATE FUNCTION ledger_account_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'LD011', MESSAGE =
        'Akun tidak dapat dihapus, dan buku serta kode tetapnya tidak dapat diubah. Isi tanggal akhirnya saja.';
END $$;

-- The legs of a statement are whole journals: all lines of each, at least two, one currency, accounts of their
-- books, zero in every book. Line numbers are unique, so legs that come later would have to repeat them. One pass
-- finds whether anything is wrong. Scalar subqueries, not EXISTS, which the planner may answer by reading all rows.
CREATE FUNCTION ledger_entries_fit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad record;
BEGIN
    SELECT f.journal_id, f.book, sum(f.amount) AS rest, count(*) AS n,
           bool_and(f.amount <> 0 AND abs(f.amount) < 1e13) AS sane, bool_and(a.book = f.book) AS at_home
      INTO bad
      FROM fresh f
      LEFT JOIN LATERAL (SELECT book FROM public.ledger_account WHERE id = f.account_id LIMIT 1) a ON true
     GROUP BY GROUPING SETS ((f.journal_id), (f.journal_id, f.book))
    HAVING CASE grouping(f.book)
        WHEN 0 THEN sum(f.amount) <> 0
        ELSE count(*) < 2 OR min(f.line_no) <> 1 OR max(f.line_no) <> count(*)
            OR NOT bool_and(f.amount <> 0 AND abs(f.amount) < 1e13)
            OR NOT coalesce(bool_and(a.book = f.book), false)
            OR NOT coalesce((
                SELECT j.legs = count(f.line_no) AND j.currency = min(f.currency) AND j.currency = max(f.currency)
                  FROM public.ledger_journal j WHERE j.id = f.journal_id), false) END
     ORDER BY f.book NULLS FIRST
     LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF bad.book IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'LD002', MESSAGE = format(
            'Jurnal tidak seimbang: debit dikurangi kredit pada buku %s bersisa %s.', bad.book, bad.rest);
    ELSIF bad.n < 2 THEN
        RAISE EXCEPTION USING ERRCODE = 'LD003', MESSAGE = format(
            'Jurnal %s perlu paling sedikit dua baris.', bad.journal_id);
    ELSIF NOT bad.sane THEN
        RAISE EXCEPTION USING ERRCODE = 'LD006', MESSAGE = format(
            'Jurnal %s memuat jumlah nol atau tidak wajar (Rp10 triliun atau lebih).', bad.journal_id);
    ELSIF NOT coalesce(bad.at_home, false) THEN
        RAISE EXCEPTION USING ERRCODE = 'LD005', MESSAGE = format(
            'Jurnal %s memuat akun yang tidak dikenal atau bukan dari bukunya.', bad.journal_id);
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'LD010', MESSAGE = format(
        'Baris jurnal %s tidak utuh: semua baris masuk sekaligus, bernomor urut dan satu mata uang.',
        bad.journal_id);
END $$;

-- A journal comes with its legs and says what, why and in which currency.
CREATE FUNCTION ledger_journals_fit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad record;
BEGIN
    SELECT f.id, w.words INTO bad FROM fresh f
     CROSS JOIN LATERAL (SELECT CASE
            WHEN f.description !~ '\S' THEN 'Uraian jurnal harus diisi.'
            WHEN f.key !~ '^\S+$' OR f.source !~ '^\S+$' OR f.kind !~ '^[a-z][a-z0-9_]*$' THEN
                'Kunci, jenis dan sumber jurnal harus diisi, tanpa spasi.'
            WHEN f.currency !~ '^[A-Z]{3}$' THEN 'Mata uang ditulis dengan tiga huruf besar, misalnya IDR.'
            WHEN (SELECT e.line_no FROM public.ledger_entry e WHERE e.journal_id = f.id AND e.line_no = 1) IS NULL THEN
                'Jurnal tidak mempunyai baris.'
        END) w (words)
     WHERE w.words IS NOT NULL LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING MESSAGE = bad.words, ERRCODE = CASE bad.words
            WHEN 'Jurnal tidak mempunyai baris.' THEN 'LD010' ELSE 'LD007' END;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_entries_fit AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_entries_fit();
CREATE TRIGGER ledger_journals_fit AFTER INSERT ON ledger_journal
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_journals_fit();
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
CREATE TRIGGER ledger_account_stays BEFORE UPDATE ON ledger_account FOR EACH ROW
    WHEN ((OLD.id, OLD.slug, OLD.book) IS DISTINCT FROM (NEW.id, NEW.slug, NEW.book))
    EXECUTE FUNCTION ledger_account_stays();
CREATE TRIGGER ledger_account_is_kept BEFORE DELETE OR TRUNCATE ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_account_stays();

-- Replication mode must not silence them.
ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_entries_fit;
ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_append_only;
ALTER TABLE ledger_journal ENABLE ALWAYS TRIGGER ledger_journals_fit;
ALTER TABLE ledger_journal ENABLE ALWAYS TRIGGER ledger_append_only;
ALTER TABLE ledger_block ENABLE ALWAYS TRIGGER ledger_append_only;
ALTER TABLE ledger_rollup ENABLE ALWAYS TRIGGER ledger_append_only;
ALTER TABLE ledger_epoch ENABLE ALWAYS TRIGGER ledger_append_only;
ALTER TABLE ledger_account ENABLE ALWAYS TRIGGER ledger_account_stays;
ALTER TABLE ledger_account ENABLE ALWAYS TRIGGER ledger_account_is_kept;
