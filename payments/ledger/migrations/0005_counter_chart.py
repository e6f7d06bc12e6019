"""Accounts and posting rules for money that an officer takes at the counter, dated, each with its legal basis.

The moments follow those of QRIS: taken (held by the receiving treasurer, or owed by the card acquirer, against
undeposited receipts), deposited with an STS (under way), in RKUD (RK-PPKD, revenue). No kode rekening is given:
the accounts want confirming by an accountant of the province.
"""

from datetime import date

from django.db import migrations

START = date(2021, 1, 1)
CASH = "Permendagri 77/2020 (kas di bendahara penerimaan, penyetoran dengan STS); kode rekening perlu konfirmasi"
CARD = "Permendagri 77/2020 (penerimaan melalui lembaga keuangan); kode rekening perlu konfirmasi"

# slug, role, name, legal basis of the rule
ACCOUNTS = [
    ("br-cash", "br_cash", "Kas di Bendahara Penerimaan, Tunai", CASH),
    ("deposit-in-transit", "deposit_in_transit", "Setoran STS dalam Perjalanan ke RKUD", CASH),
    ("edc-receivable", "edc_receivable", "Piutang kepada Acquirer EDC dan Uang Elektronik", CARD),
]


def load(apps, schema_editor):
    account_model, rule_model = apps.get_model("ledger", "Account"), apps.get_model("ledger", "PostingRule")
    for slug, role, name, basis in ACCOUNTS:
        account = account_model.objects.create(
            slug=slug, name=name, book="opd_financial", normal_side="debit", type="asset", valid_from=START
        )
        rule_model.objects.create(role=role, account=account, valid_from=START, legal_basis=basis)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_spending_chart")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
