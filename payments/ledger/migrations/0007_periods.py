"""Months close and open again (see ``payments/ledger/sql/0007_periods.sql``)."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


SQL = Path(__file__).resolve().parent.parent / "sql" / "0007_periods.sql"


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0006_refund_chart'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PeriodDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(verbose_name='bulan')),
                ('state', models.CharField(choices=[('closed', 'Ditutup'), ('reopened', 'Dibuka lagi')], max_length=8, verbose_name='keputusan')),
                ('closed_through', models.DateField(verbose_name='tertutup sampai')),
                ('at', models.DateTimeField(verbose_name='pada')),
                ('reason', models.CharField(max_length=300, verbose_name='dasar')),
                ('xid', models.BigIntegerField(editable=False, verbose_name='nomor transaksi basis data')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='oleh')),
            ],
            options={
                'verbose_name': 'penutupan buku',
                'verbose_name_plural': 'penutupan buku',
                'ordering': ['-id'],
            },
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
