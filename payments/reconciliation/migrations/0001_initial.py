
import django.db.models.deletion
import django.db.models.expressions
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('incoming', '0003_rules'),
        ('office', '0001_initial'),
        ('opd', '0003_shared_cache'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('profile', models.CharField(blank=True, max_length=40, verbose_name='jenis berkas')),
                ('kind', models.CharField(blank=True, max_length=12, verbose_name='golongan')),
                ('name', models.CharField(max_length=200, verbose_name='nama berkas')),
                ('uploaded_at', models.DateTimeField(verbose_name='diunggah')),
                ('state', models.CharField(choices=[('uploaded', 'Menunggu giliran'), ('running', 'Sedang dicocokkan'), ('done', 'Selesai'), ('refused', 'Ditolak'), ('superseded', 'Sudah diganti')], default='uploaded', max_length=12, verbose_name='keadaan')),
                ('message', models.CharField(blank=True, max_length=300, verbose_name='hasil')),
                ('line_no', models.PositiveIntegerField(blank=True, null=True, verbose_name='baris yang salah')),
                ('loaded_at', models.DateTimeField(blank=True, null=True, verbose_name='baris disimpan')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='selesai')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='percobaan')),
                ('first_day', models.DateField(blank=True, null=True, verbose_name='dari tanggal')),
                ('last_day', models.DateField(blank=True, null=True, verbose_name='sampai tanggal')),
                ('account', models.CharField(blank=True, max_length=34, verbose_name='rekening')),
                ('lines', models.PositiveIntegerField(default=0, verbose_name='jumlah baris')),
                ('totals', models.JSONField(blank=True, default=dict, verbose_name='angka kontrol')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='oleh')),
                ('evidence', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='office.evidence', verbose_name='asli')),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='office.job', verbose_name='pekerjaan')),
            ],
            options={
                'verbose_name': 'berkas bank',
                'verbose_name_plural': 'berkas bank',
                'ordering': ['-uploaded_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='SettlementBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('profile', models.CharField(max_length=40, verbose_name='jenis berkas')),
                ('batch_no', models.CharField(max_length=40, verbose_name='nomor batch')),
                ('nmid', models.CharField(max_length=20, verbose_name='NMID')),
                ('settlement_date', models.DateField(verbose_name='tanggal settlement')),
                ('point', models.CharField(blank=True, max_length=120, verbose_name='titik')),
                ('account', models.CharField(blank=True, max_length=34, verbose_name='rekening tujuan')),
                ('count', models.PositiveIntegerField(default=0, verbose_name='jumlah transaksi')),
                ('gross', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18, verbose_name='bruto')),
                ('mdr', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18, verbose_name='MDR')),
                ('mdr_percent', models.DecimalField(decimal_places=4, max_digits=6, verbose_name='tarif MDR')),
                ('expected_mdr', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18, verbose_name='MDR seharusnya')),
                ('net', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18, verbose_name='neto')),
                ('due_on', models.DateField(verbose_name='jatuh tempo masuk RKUD')),
                ('credited', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=18, verbose_name='sudah dikreditkan')),
                ('credited_on', models.DateField(blank=True, null=True, verbose_name='masuk RKUD')),
                ('value_on', models.DateField(blank=True, null=True, verbose_name='tanggal valuta')),
                ('opd', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='opd.opd', verbose_name='OPD')),
            ],
            options={
                'verbose_name': 'batch settlement',
                'verbose_name_plural': 'batch settlement',
                'ordering': ['-settlement_date', 'nmid', 'batch_no'],
            },
        ),
        migrations.CreateModel(
            name='SettlementLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line_no', models.PositiveIntegerField(verbose_name='baris')),
                ('raw', models.TextField(verbose_name='isi baris')),
                ('digest', models.BinaryField(max_length=32, verbose_name='sidik isi')),
                ('occurrence', models.PositiveIntegerField(verbose_name='kemunculan ke-')),
                ('trx_time', models.DateTimeField(verbose_name='waktu transaksi')),
                ('settlement_date', models.DateField(verbose_name='tanggal settlement')),
                ('nmid', models.CharField(max_length=20, verbose_name='NMID')),
                ('merchant_pan', models.CharField(blank=True, max_length=19, verbose_name='PAN merchant')),
                ('terminal_id', models.CharField(blank=True, max_length=16, verbose_name='terminal')),
                ('rrn', models.CharField(max_length=40, verbose_name='RRN')),
                ('bill_no', models.CharField(blank=True, max_length=64, verbose_name='nomor tagihan')),
                ('reference_no', models.CharField(blank=True, max_length=64, verbose_name='nomor rujukan bank')),
                ('partner_reference_no', models.CharField(blank=True, max_length=64, verbose_name='nomor rujukan kita')),
                ('issuer_code', models.CharField(blank=True, max_length=20, verbose_name='penerbit')),
                ('gross', models.DecimalField(decimal_places=2, max_digits=18, verbose_name='bruto')),
                ('mdr', models.DecimalField(decimal_places=2, max_digits=18, verbose_name='MDR')),
                ('net', models.DecimalField(decimal_places=2, max_digits=18, verbose_name='neto')),
                ('status', models.CharField(max_length=20, verbose_name='status')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='reconciliation.settlementbatch', verbose_name='batch')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reconciliation.importedfile', verbose_name='berkas')),
                ('same_as', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reconciliation.settlementline', verbose_name='sama dengan')),
            ],
            options={
                'verbose_name': 'baris settlement',
                'verbose_name_plural': 'baris settlement',
                'ordering': ['file', 'line_no'],
            },
        ),
        migrations.CreateModel(
            name='Match',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(choices=[('reference', 'REFERENCE'), ('rrn', 'RRN'), ('bill', 'BILL'), ('recorded', 'RECORDED')], max_length=12, verbose_name='aturan')),
                ('agrees', models.BooleanField(verbose_name='jumlah sama')),
                ('matched_at', models.DateTimeField(verbose_name='dicocokkan')),
                ('credited_on', models.DateField(blank=True, null=True, verbose_name='masuk RKUD')),
                ('credited_journal', models.BigIntegerField(null=True, unique=True, verbose_name='jurnal masuk RKUD')),
                ('revenue_journal', models.BigIntegerField(null=True, unique=True, verbose_name='jurnal pendapatan')),
                ('payment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incoming.payment', verbose_name='pembayaran')),
                ('line', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='match', to='reconciliation.settlementline', verbose_name='baris settlement')),
            ],
            options={
                'verbose_name': 'pencocokan',
                'verbose_name_plural': 'pencocokan',
            },
        ),
        migrations.CreateModel(
            name='StatementLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line_no', models.PositiveIntegerField(verbose_name='baris')),
                ('raw', models.TextField(verbose_name='isi baris')),
                ('digest', models.BinaryField(max_length=32, verbose_name='sidik isi')),
                ('occurrence', models.PositiveIntegerField(verbose_name='kemunculan ke-')),
                ('post_date', models.DateField(verbose_name='tanggal buku')),
                ('effective_date', models.DateField(verbose_name='tanggal valuta')),
                ('account', models.CharField(max_length=34, verbose_name='rekening')),
                ('description', models.CharField(blank=True, max_length=300, verbose_name='uraian')),
                ('debit', models.DecimalField(decimal_places=2, max_digits=18, verbose_name='debit')),
                ('credit', models.DecimalField(decimal_places=2, max_digits=18, verbose_name='kredit')),
                ('balance', models.DecimalField(decimal_places=2, max_digits=18, verbose_name='saldo')),
                ('reference_no', models.CharField(blank=True, max_length=100, verbose_name='nomor rujukan')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reconciliation.importedfile', verbose_name='berkas')),
                ('same_as', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reconciliation.statementline', verbose_name='sama dengan')),
            ],
            options={
                'verbose_name': 'baris rekening koran',
                'verbose_name_plural': 'baris rekening koran',
                'ordering': ['file', 'line_no'],
            },
        ),
        migrations.CreateModel(
            name='ReconciliationException',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('missing_ours', 'Ada di bank, tidak ada pada kita'), ('missing_bank', 'Ada pada kita, tidak ada di settlement'), ('amount_differs', 'Jumlah berbeda'), ('fee_differs', 'Potongan (MDR) berbeda'), ('second_payment', 'Pembayaran kedua'), ('repeated_line', 'Baris ganda untuk satu pembayaran'), ('batch_not_credited', 'Belum masuk RKUD'), ('credit_differs', 'Dana masuk berbeda dari settlement'), ('credit_unexplained', 'Dana masuk belum dikenali')], max_length=24, verbose_name='jenis')),
                ('cause', models.CharField(editable=False, max_length=120, unique=True, verbose_name='penyebab')),
                ('state', models.CharField(choices=[('open', 'Perlu penjelasan'), ('explained', 'Sudah dijelaskan'), ('resolved', 'Selesai sendiri')], default='open', max_length=10, verbose_name='keadaan')),
                ('day', models.DateField(verbose_name='tanggal')),
                ('point', models.CharField(blank=True, max_length=120, verbose_name='titik')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=18, verbose_name='nilai')),
                ('ours', models.DecimalField(decimal_places=2, max_digits=18, null=True, verbose_name='menurut kita')),
                ('theirs', models.DecimalField(decimal_places=2, max_digits=18, null=True, verbose_name='menurut bank')),
                ('reference', models.CharField(blank=True, max_length=120, verbose_name='rujukan')),
                ('opened_at', models.DateTimeField(verbose_name='ditemukan')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='ditutup')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='penjelasan')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opd', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='opd.opd', verbose_name='OPD')),
                ('payment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incoming.payment')),
                ('batch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reconciliation.settlementbatch')),
                ('settlement_line', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reconciliation.settlementline')),
                ('statement_line', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reconciliation.statementline')),
            ],
            options={
                'verbose_name': 'selisih',
                'verbose_name_plural': 'selisih',
                'ordering': ['-day', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='CreditMatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=40, verbose_name='aturan')),
                ('matched_at', models.DateTimeField(verbose_name='dicocokkan')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credits', to='reconciliation.settlementbatch', verbose_name='batch')),
                ('line', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='match', to='reconciliation.statementline', verbose_name='kredit')),
            ],
            options={
                'verbose_name': 'pencocokan kredit',
                'verbose_name_plural': 'pencocokan kredit',
            },
        ),
        migrations.AddIndex(
            model_name='importedfile',
            index=models.Index(fields=['state', 'uploaded_at'], name='file_by_state'),
        ),
        migrations.AddConstraint(
            model_name='importedfile',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), models.Q(('finished_at__isnull', False), ('loaded_at__isnull', False)), _connector='OR'), name='file_done_was_loaded'),
        ),
        migrations.AddConstraint(
            model_name='importedfile',
            constraint=models.CheckConstraint(condition=models.Q(('first_day', None), ('last_day__gte', models.F('first_day')), _connector='OR'), name='file_days_in_order'),
        ),
        migrations.AddIndex(
            model_name='settlementbatch',
            index=models.Index(fields=['batch_no'], name='batch_by_number'),
        ),
        migrations.AddIndex(
            model_name='settlementbatch',
            index=models.Index(condition=models.Q(('credited_on', None)), fields=['due_on'], name='batch_awaited'),
        ),
        migrations.AddIndex(
            model_name='settlementbatch',
            index=models.Index(fields=['settlement_date', 'opd'], name='batch_by_day'),
        ),
        migrations.AddConstraint(
            model_name='settlementbatch',
            constraint=models.UniqueConstraint(fields=('profile', 'batch_no', 'nmid', 'settlement_date'), name='batch_once'),
        ),
        migrations.AddConstraint(
            model_name='settlementbatch',
            constraint=models.CheckConstraint(condition=models.Q(('net', django.db.models.expressions.CombinedExpression(models.F('gross'), '-', models.F('mdr')))), name='batch_net'),
        ),
        migrations.AddConstraint(
            model_name='settlementbatch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('credited', 0), ('credited_on', None), ('value_on', None)), models.Q(('credited__gt', 0), ('credited_on__isnull', False), ('value_on__isnull', False)), _connector='OR'), name='batch_credited_has_day'),
        ),
        migrations.AddIndex(
            model_name='settlementline',
            index=models.Index(condition=models.Q(('same_as', None)), fields=['trx_time'], name='settlement_by_time'),
        ),
        migrations.AddIndex(
            model_name='settlementline',
            index=models.Index(condition=models.Q(('same_as', None)), fields=['rrn'], name='settlement_by_rrn'),
        ),
        migrations.AddConstraint(
            model_name='settlementline',
            constraint=models.UniqueConstraint(fields=('file', 'line_no'), name='settlement_line_once'),
        ),
        migrations.AddConstraint(
            model_name='settlementline',
            constraint=models.UniqueConstraint(condition=models.Q(('same_as', None)), fields=('digest', 'occurrence'), name='settlement_content_once'),
        ),
        migrations.AddConstraint(
            model_name='settlementline',
            constraint=models.CheckConstraint(condition=models.Q(('gross__gt', 0), ('mdr__gte', 0), ('net', django.db.models.expressions.CombinedExpression(models.F('gross'), '-', models.F('mdr')))), name='settlement_line_net'),
        ),
        migrations.AddIndex(
            model_name='match',
            index=models.Index(condition=models.Q(('agrees', True), ('credited_journal', None)), fields=['line'], name='match_to_book'),
        ),
        migrations.AddConstraint(
            model_name='match',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('credited_journal', None), ('credited_on', None), ('revenue_journal', None)), models.Q(('agrees', True), ('credited_journal__isnull', False), ('credited_on__isnull', False)), _connector='OR'), name='match_booked_when_credited'),
        ),
        migrations.AddIndex(
            model_name='statementline',
            index=models.Index(condition=models.Q(('same_as', None)), fields=['reference_no'], name='credit_by_ref'),
        ),
        migrations.AddConstraint(
            model_name='statementline',
            constraint=models.UniqueConstraint(fields=('file', 'line_no'), name='statement_line_once'),
        ),
        migrations.AddConstraint(
            model_name='statementline',
            constraint=models.UniqueConstraint(condition=models.Q(('same_as', None)), fields=('digest', 'occurrence'), name='statement_content_once'),
        ),
        migrations.AddConstraint(
            model_name='statementline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('credit', 0), ('debit__gt', 0)), models.Q(('credit__gt', 0), ('debit', 0)), _connector='OR'), name='statement_line_moves'),
        ),
        migrations.AddIndex(
            model_name='reconciliationexception',
            index=models.Index(fields=['state', 'kind', 'day'], name='exception_by_state'),
        ),
        migrations.AddConstraint(
            model_name='reconciliationexception',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'explained'), _negated=True), models.Q(models.Q(('reason', ''), _negated=True), ('closed_by__isnull', False)), _connector='OR'), name='exception_explained_has_reason', violation_error_message='Isi penjelasan.'),
        ),
        migrations.AddConstraint(
            model_name='reconciliationexception',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('closed_at__isnull', False)), _connector='OR'), name='exception_closed_has_time'),
        ),
    ]
