"""The chart of accounts and posting rules of Part 1, dated, each with its legal basis.

Names follow Permendagri 90/2019 and its lists where they are known to us; a kode rekening stands only where the
collected sources give one, and ``confirmed`` only where a code list was read. An accountant of the province is
to confirm the rules, the LO moment above all.
"""

from datetime import date

from django.db import migrations

START = date(2021, 1, 1)
BEFORE_2024, SINCE_2024 = date(2023, 12, 31), date(2024, 1, 1)
CODES = "Permendagri 90/2019; Kepmendagri 050-5889 Tahun 2021 dan pemutakhirannya"
TREASURY = "Permendagri 77/2020 (pengelolaan penerimaan dan RKUD)"
LRA = "PP 71/2010 Lampiran I PSAP 02 (pendapatan-LRA diakui saat diterima di RKUD, asas bruto)"
LO = "PP 71/2010 Lampiran I PSAP 12; saat pengakuan menunggu konfirmasi akuntan provinsi"

# slug, role, name, book, normal side, type, legal basis of the rule
ACCOUNTS = [
    ("acquirer-receivable", "acquirer_receivable", "Piutang kepada Acquirer QRIS",
     "opd_financial", "debit", "asset", TREASURY),
    ("undeposited-receipts", "undeposited_receipts", "Penerimaan yang Belum Masuk RKUD",
     "opd_financial", "credit", "liability", TREASURY),
    ("payment-liability", "payment_liability", "Utang Kelebihan Pembayaran Retribusi",
     "opd_financial", "credit", "liability", TREASURY),
    ("mdr-claim", "mdr_claim", "Tagihan MDR yang Dipotong Acquirer",
     "opd_financial", "debit", "asset", TREASURY),
    ("rk-ppkd", "rk_ppkd", "RK PPKD", "opd_financial", "credit", "equity", TREASURY),
    ("recreation-levy-lo", "revenue_lo", "Retribusi Pelayanan Tempat Rekreasi, Pariwisata dan Olahraga - LO",
     "opd_financial", "credit", "revenue_lo", LO),
    ("sal-change", "sal_change", "Perubahan SAL", "opd_budgetary", "credit", "equity", LRA),
    ("recreation-levy-lra", "revenue_lra", "Retribusi Pelayanan Tempat Rekreasi, Pariwisata dan Olahraga - LRA",
     "opd_budgetary", "credit", "revenue_lra", LRA),
    ("rkud", "rkud", "Kas di Kas Daerah", "bud", "debit", "asset", TREASURY),
    ("rk-skpd", "rk_skpd", "RK SKPD", "bud", "debit", "asset", TREASURY),
]
# slug, kode rekening, first day, last day, confirmed
ACCOUNT_CODES = [
    ("recreation-levy-lra", "4.1.02.02.09.0001", START, BEFORE_2024, False),
    ("recreation-levy-lra", "4.1.02.02.17.0001", SINCE_2024, None, False),
    ("recreation-levy-lo", "8.1.02", START, None, False),
]


def load(apps, schema_editor):
    account_model = apps.get_model("ledger", "Account")
    rule_model, code_model = apps.get_model("ledger", "PostingRule"), apps.get_model("ledger", "AccountCode")
    accounts = {}
    for slug, role, name, book, side, kind, basis in ACCOUNTS:
        accounts[slug] = account_model.objects.create(
            slug=slug, name=name, book=book, normal_side=side, type=kind, valid_from=START
        )
        rule_model.objects.create(role=role, account=accounts[slug], valid_from=START, legal_basis=basis)
    for slug, code, first, last, confirmed in ACCOUNT_CODES:
        code_model.objects.create(
            account=accounts[slug], kode_rekening=code, valid_from=first, valid_to=last,
            legal_basis=CODES, confirmed=confirmed,
        )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_laws")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
