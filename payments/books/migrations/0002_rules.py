"""Values of the treasurer's books that the law or the governor may change."""

from datetime import date

from django.db import migrations

from opd.office.rules import define

START = date(2021, 1, 1)


def load(apps, schema_editor):
    define(
        apps, key="spj.due_day", value=10, valid_from=START,
        legal_basis="Permendagri 77/2020 (LPJ bendahara paling lambat tanggal 10 bulan berikutnya)",
    )
    define(
        apps, key="books.cash_limit", value=10_000_000, valid_from=START,
        legal_basis="Batas uang tunai di bendahara pengeluaran; menunggu peraturan kepala daerah",
    )
    define(
        apps, key="books.statement_needed", value=True, valid_from=START,
        legal_basis="Permendagri 77/2020 (rekonsiliasi kas dengan rekening koran); rincian menunggu konfirmasi",
    )
    define(
        apps, key="books.match_days", value=3, valid_from=START,
        legal_basis="Aturan pencocokan aplikasi; menunggu konfirmasi",
    )
    define(
        apps, key="tax.deposit_days", value=7, valid_from=START,
        legal_basis="PMK 59/PMK.03/2022 (penyetoran pajak oleh bendahara); rincian menunggu konfirmasi",
    )


class Migration(migrations.Migration):
    dependencies = [("books", "0001_initial"), ("office", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
