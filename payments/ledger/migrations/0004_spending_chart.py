"""Accounts and posting rules for an OPD's spending, dated, each with its legal basis.

The moments: beban when the treasurer pays, belanja-LRA when the spending is passed by SP2D (PSAP 02: spending
through a treasurer counts once its accountability is passed). Kode rekening of each spending stands on its legs;
the map from belanja-LRA to beban-LO waits for an accountant of the province, so those accounts carry no code.
"""

from datetime import date

from django.db import migrations

START = date(2021, 1, 1)
TREASURY = "Permendagri 77/2020 (pengelolaan kas bendahara pengeluaran)"
TAX = "Permendagri 77/2020 (pemungutan dan penyetoran pajak oleh bendahara); PMK 59/PMK.03/2022"
CARD = "Permendagri 79/2022 (KKPD); pengakuan utang menunggu konfirmasi akuntan provinsi"
LRA = "PP 71/2010 Lampiran I PSAP 02 (belanja melalui bendahara diakui saat pertanggungjawabannya disahkan)"
LO = "PP 71/2010 Lampiran I PSAP 12; pemetaan kode LO menunggu konfirmasi akuntan provinsi"
ASSET = "PP 71/2010 Lampiran I PSAP 07; pemetaan kode menunggu konfirmasi akuntan provinsi"

# slug, role, name, book, normal side, type, legal basis of the rule
ACCOUNTS = [
    ("bp-bank", "bp_bank", "Kas di Bendahara Pengeluaran, Rekening", "opd_financial", "debit", "asset", TREASURY),
    ("bp-cash", "bp_cash", "Kas di Bendahara Pengeluaran, Tunai", "opd_financial", "debit", "asset", TREASURY),
    ("emoney-advance", "emoney_advance", "Uang Muka pada Kartu Uang Elektronik",
     "opd_financial", "debit", "asset", TREASURY),
    ("work-advance", "work_advance", "Panjar Kerja", "opd_financial", "debit", "asset", TREASURY),
    ("tax-payable", "tax_payable", "Utang Perhitungan Pihak Ketiga, Pajak",
     "opd_financial", "credit", "liability", TAX),
    ("kkpd-payable", "kkpd_payable", "Utang Belanja KKPD", "opd_financial", "credit", "liability", CARD),
    ("spending-expense", "spending_expense", "Beban menurut Kode Rekening Belanja",
     "opd_financial", "debit", "expense", LO),
    ("capital-asset", "capital_asset", "Aset dari Belanja Modal", "opd_financial", "debit", "asset", ASSET),
    ("spending-lra", "spending_lra", "Belanja - LRA", "opd_budgetary", "debit", "spending", LRA),
]


def load(apps, schema_editor):
    account_model, rule_model = apps.get_model("ledger", "Account"), apps.get_model("ledger", "PostingRule")
    for slug, role, name, book, side, kind, basis in ACCOUNTS:
        account = account_model.objects.create(
            slug=slug, name=name, book=book, normal_side=side, type=kind, valid_from=START
        )
        rule_model.objects.create(role=role, account=account, valid_from=START, legal_basis=basis)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_chart")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
