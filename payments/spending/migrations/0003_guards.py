"""What the database refuses, whoever asks: states that go back, facts that change, rows that vanish."""

from django.db import migrations

APPEND_ONLY = ("refund",)
KEPT = ("spend", "disbursement", "payee", "treasuryaccount", "bulkfile", "claim", "claimline")
GUARDED = ("spend", "disbursement", "taxline")

FUNCTIONS = """
CREATE FUNCTION spending_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: % ditolak', TG_TABLE_NAME, TG_OP USING ERRCODE = 'SP001';
END
$$;

-- A spend: once submitted, what was asked for is fixed; states move along one table; paid never goes back.
CREATE FUNCTION spending_guard_spend() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['state', 'version', 'submitted_at', 'approved_by_id', 'approved_at', 'tested_by_id',
                          'tested_at', 'checks', 'paid_at', 'paid_date', 'verified_by_id', 'verified_at',
                          'passed_date', 'closed_at', 'close_reason', 'merchant_name', 'nmid', 'qris_content'];
    paid text[] := ARRAY['state', 'version', 'verified_by_id', 'verified_at', 'passed_date'];
BEGIN
    IF (OLD.opd_id, OLD.raised_by_id, OLD.raised_at) IS DISTINCT FROM (NEW.opd_id, NEW.raised_by_id, NEW.raised_at)
       OR (OLD.state <> 'draft' AND to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose)
       OR (OLD.state IN ('paid', 'verified', 'passed')
           AND to_jsonb(NEW) - paid IS DISTINCT FROM to_jsonb(OLD) - paid) THEN
        RAISE EXCEPTION 'belanja % tidak dapat diubah', OLD.id USING ERRCODE = 'SP002';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN (
        'draft>submitted', 'submitted>approved', 'approved>tested', 'tested>paying', 'paying>paid',
        'paying>tested', 'approved>paid', 'paid>verified', 'verified>passed', 'paid>passed',
        'submitted>rejected', 'approved>rejected', 'tested>rejected',
        'draft>cancelled', 'submitted>cancelled', 'approved>cancelled', 'tested>cancelled'
    ) THEN
        RAISE EXCEPTION 'belanja %: dari % tidak dapat menjadi %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'SP002';
    END IF;
    IF NEW.state <> OLD.state AND NEW.state = 'paid' AND NOT EXISTS (
        SELECT FROM spending_disbursement d WHERE d.spend_id = NEW.id AND d.state = 'succeeded'
    ) THEN
        RAISE EXCEPTION 'belanja %: dibayar tanpa pembayaran', OLD.id USING ERRCODE = 'SP002';
    END IF;
    RETURN NEW;
END
$$;

-- A payment: whom, how and how much is fixed; its end is final; a proof and a reference are filled in once.
CREATE FUNCTION spending_guard_disbursement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['state', 'reference_no', 'rrn', 'external_id', 'paid_date', 'proven_at', 'claimed_until',
                          'next_ask_at', 'unanswered', 'finished_at', 'message'];
    ended text[] := ARRAY['reference_no', 'rrn', 'proven_at', 'claimed_until', 'next_ask_at', 'message'];
    name text;
BEGIN
    IF to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose
       OR (OLD.state IN ('succeeded', 'failed') AND to_jsonb(NEW) - ended IS DISTINCT FROM to_jsonb(OLD) - ended)
    THEN
        RAISE EXCEPTION 'pembayaran belanja % tidak dapat diubah', OLD.id USING ERRCODE = 'SP003';
    END IF;
    IF OLD.state IN ('succeeded', 'failed') THEN
        FOREACH name IN ARRAY ARRAY['reference_no', 'rrn'] LOOP
            IF to_jsonb(OLD) ->> name <> '' AND to_jsonb(NEW) ->> name <> to_jsonb(OLD) ->> name THEN
                RAISE EXCEPTION 'pembayaran belanja %: % hanya diisi sekali', OLD.id, name USING ERRCODE = 'SP003';
            END IF;
        END LOOP;
    END IF;
    IF OLD.state = 'pending' AND NEW.state = 'intended' THEN
        RAISE EXCEPTION 'pembayaran belanja % tidak dapat mundur', OLD.id USING ERRCODE = 'SP003';
    END IF;
    RETURN NEW;
END
$$;

-- A tax: its kind and amount are fixed once the spend is submitted; its deposit is final.
CREATE FUNCTION spending_guard_taxline() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['billing_code', 'ntpn', 'deposited_date', 'deposited_by_id'];
    open boolean := (SELECT state = 'draft' FROM spending_spend WHERE id = OLD.spend_id);
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF NOT open THEN
            RAISE EXCEPTION 'pajak % tidak dapat dihapus', OLD.id USING ERRCODE = 'SP004';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.deposited_date IS NOT NULL
       OR (NOT open AND to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose) THEN
        RAISE EXCEPTION 'pajak % tidak dapat diubah', OLD.id USING ERRCODE = 'SP004';
    END IF;
    RETURN NEW;
END
$$;
"""


def _triggers():
    for table in APPEND_ONLY:
        yield (
            f"CREATE TRIGGER spending_{table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON spending_{table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION spending_refuse_change();"
        )
    for table in KEPT:
        yield (
            f"CREATE TRIGGER spending_{table}_kept BEFORE DELETE OR TRUNCATE ON spending_{table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION spending_refuse_change();"
        )
    for table in GUARDED:
        when = "UPDATE OR DELETE" if table == "taxline" else "UPDATE"
        yield (
            f"CREATE TRIGGER spending_{table}_guard BEFORE {when} ON spending_{table}"
            f" FOR EACH ROW EXECUTE FUNCTION spending_guard_{table}();"
        )


def _names():
    yield from ((table, "append_only") for table in APPEND_ONLY)
    yield from ((table, "kept") for table in KEPT)
    yield from ((table, "guard") for table in GUARDED)


FORWARD = "\n".join(
    [
        FUNCTIONS,
        *_triggers(),
        *(f"ALTER TABLE spending_{t} ENABLE ALWAYS TRIGGER spending_{t}_{what};" for t, what in _names()),
    ]
)
BACKWARD = "\n".join(
    [
        *(f"DROP TRIGGER spending_{t}_{what} ON spending_{t};" for t, what in _names()),
        *(f"DROP FUNCTION spending_guard_{table}();" for table in GUARDED),
        "DROP FUNCTION spending_refuse_change();",
    ]
)


class Migration(migrations.Migration):
    dependencies = [("spending", "0002_refunds")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
