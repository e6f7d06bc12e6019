"""Accounts and posting rules for money that goes back to a payer, dated, each with its legal basis.

Before RKUD a refund only undoes the receipt. From RKUD it lessens the revenue of its year (PSAP 02); of a closed
year it is spending from BTT, which the accountant of the province may want to book at the PPKD instead.
"""

from datetime import date

from django.db import migrations

START = date(2021, 1, 1)
ACQUIRER = "Permendagri 77/2020 (pengelolaan penerimaan); kode rekening perlu konfirmasi akuntan provinsi"
BTT = "Permendagri 77/2020 (BTT untuk pengembalian penerimaan tahun-tahun sebelumnya); kode LO perlu konfirmasi"
CODES = "Permendagri 90/2019; Kepmendagri 050-5889 Tahun 2021 dan pemutakhirannya"

# slug, role, name, book, normal side, type, legal basis of the rule
ACCOUNTS = [
    ("acquirer-payable", "acquirer_payable", "Utang kepada Acquirer atas Pengembalian",
     "opd_financial", "credit", "liability", ACQUIRER),
    ("unexpected-expense", "unexpected_expense", "Beban Tidak Terduga (pengembalian tahun lalu)",
     "opd_financial", "debit", "expense", BTT),
    ("unexpected-lra", "unexpected_lra", "Belanja Tidak Terduga - LRA", "opd_budgetary", "debit", "spending", BTT),
]


def load(apps, schema_editor):
    account_model, rule_model = apps.get_model("ledger", "Account"), apps.get_model("ledger", "PostingRule")
    code_model = apps.get_model("ledger", "AccountCode")
    for slug, role, name, book, side, kind, basis in ACCOUNTS:
        account = account_model.objects.create(
            slug=slug, name=name, book=book, normal_side=side, type=kind, valid_from=START
        )
        rule_model.objects.create(role=role, account=account, valid_from=START, legal_basis=basis)
        if role == "unexpected_lra":
            code_model.objects.create(
                account=account, kode_rekening="5.3.01", valid_from=START, legal_basis=CODES, confirmed=False
            )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_counter_chart")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
