"""What the database refuses about money that goes back, and the limits of law and bank that may change."""

from datetime import date

from django.db import migrations

from opd.office.rules import define

FORWARD = """
-- What was proposed is fixed; states move along one table; no more goes back than came.
CREATE FUNCTION incoming_guard_refund() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['state', 'decided_at', 'decided_by_id', 'message', 'bank_code', 'refund_no', 'tries',
                          'next_try_at', 'claimed_until', 'skrdlb_number', 'skrdlb_date', 'spm_number', 'spm_date',
                          'sp2d_number', 'sp2d_date', 'closed_at', 'against', 'journal_id', 'told', 'told_tries',
                          'told_next_at'];
    telling text[] := ARRAY['told', 'told_tries', 'told_next_at'];
    once text;
    paid record;
    gone record;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'requested' THEN
            RAISE EXCEPTION 'pengembalian lahir dengan keadaan requested' USING ERRCODE = 'IN006';
        END IF;
        SELECT p.revenue_amount, p.liability_amount, p.opd_id INTO paid
          FROM incoming_payment p WHERE p.id = NEW.payment_id FOR NO KEY UPDATE;
        SELECT coalesce(sum(revenue_amount), 0) AS revenue, coalesce(sum(liability_amount), 0) AS liability INTO gone
          FROM incoming_refund WHERE payment_id = NEW.payment_id AND state <> 'refused' AND id <> NEW.id;
        IF gone.revenue + NEW.revenue_amount > paid.revenue_amount
           OR gone.liability + NEW.liability_amount > paid.liability_amount OR NEW.opd_id <> paid.opd_id THEN
            RAISE EXCEPTION 'pengembalian melebihi yang tersisa dari pembayaran %', NEW.payment_id
                USING ERRCODE = 'IN006';
        END IF;
        RETURN NEW;
    END IF;
    IF to_jsonb(NEW) - loose IS DISTINCT FROM to_jsonb(OLD) - loose THEN
        RAISE EXCEPTION 'pengembalian % tidak dapat diubah', OLD.id USING ERRCODE = 'IN006';
    END IF;
    IF OLD.state IN ('done', 'refused') AND to_jsonb(NEW) - telling IS DISTINCT FROM to_jsonb(OLD) - telling THEN
        RAISE EXCEPTION 'pengembalian % sudah selesai', OLD.id USING ERRCODE = 'IN006';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN (
        'requested>approved', 'requested>refused', 'approved>sent', 'approved>done', 'approved>refused',
        'sent>unclear', 'sent>done', 'sent>refused', 'unclear>done', 'unclear>refused'
    ) THEN
        RAISE EXCEPTION 'pengembalian %: dari % tidak dapat menjadi %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'IN006';
    END IF;
    IF NEW.state = 'approved' AND NEW.decided_by_id IS NULL THEN
        RAISE EXCEPTION 'pengembalian %: disetujui tanpa orang', OLD.id USING ERRCODE = 'IN006';
    END IF;
    FOREACH once IN ARRAY ARRAY['skrdlb_number', 'spm_number', 'sp2d_number', 'refund_no'] LOOP
        IF to_jsonb(OLD) ->> once <> '' AND to_jsonb(NEW) ->> once <> to_jsonb(OLD) ->> once THEN
            RAISE EXCEPTION 'pengembalian %: % hanya dapat diisi sekali', OLD.id, once USING ERRCODE = 'IN006';
        END IF;
    END LOOP;
    RETURN NEW;
END
$$;
CREATE TRIGGER incoming_refund_guard BEFORE INSERT OR UPDATE ON incoming_refund
    FOR EACH ROW EXECUTE FUNCTION incoming_guard_refund();
CREATE TRIGGER incoming_refund_kept
    BEFORE DELETE OR TRUNCATE ON incoming_refund
    FOR EACH STATEMENT EXECUTE FUNCTION incoming_refuse_change();
ALTER TABLE incoming_refund ENABLE ALWAYS TRIGGER incoming_refund_guard;
ALTER TABLE incoming_refund ENABLE ALWAYS TRIGGER incoming_refund_kept;
"""
BACKWARD = """
DROP TRIGGER incoming_refund_kept ON incoming_refund;
DROP TRIGGER incoming_refund_guard ON incoming_refund;
DROP FUNCTION incoming_guard_refund();
"""
OLD_LAW = (
    "UU 28/2009 Pasal 165 (keputusan retribusi 6 bulan, pengembalian 2 bulan sejak SKRDLB);"
    " padanannya dalam PP 35/2023 dan Perda 7/2023 perlu dikonfirmasi"
)


def forward(apps, schema_editor):
    define(
        apps,
        key="refund.acquirer_days",
        value=30,
        valid_from=date(2021, 1, 1),
        legal_basis="Batas pengembalian oleh penyedia jasa pembayaran; ditetapkan bersama bank, perlu konfirmasi",
    )
    define(apps, key="refund.decide_months", value=6, valid_from=date(2021, 1, 1), legal_basis=OLD_LAW)
    define(apps, key="refund.pay_months", value=2, valid_from=date(2021, 1, 1), legal_basis=OLD_LAW)


class Migration(migrations.Migration):
    dependencies = [
        ("incoming", "0011_refunds"),
        ("ledger", "0006_refund_chart"),
        ("office", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunPython(forward, migrations.RunPython.noop),
    ]
