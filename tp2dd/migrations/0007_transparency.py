"""What the Sekda opened to the public; nobody changes or takes away a decision."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE TRIGGER tp2dd_disclosure_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON tp2dd_disclosure
    FOR EACH STATEMENT EXECUTE FUNCTION tp2dd_refuse_change();
ALTER TABLE tp2dd_disclosure ENABLE ALWAYS TRIGGER tp2dd_disclosure_append_only;
"""
BACKWARD = "DROP TRIGGER tp2dd_disclosure_append_only ON tp2dd_disclosure;"


class Migration(migrations.Migration):

    dependencies = [
        ('tp2dd', '0006_board_rules'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Disclosure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=100, unique=True, verbose_name='nomor keputusan')),
                ('decision_date', models.DateField(verbose_name='tanggal keputusan')),
                ('valid_from', models.DateField(verbose_name='berlaku sejak')),
                ('sections', models.JSONField(default=list, verbose_name='yang dibuka')),
                ('lag_days', models.PositiveSmallIntegerField(verbose_name='jeda (hari)')),
                ('note', models.CharField(max_length=300, verbose_name='alasan')),
                ('at', models.DateTimeField(verbose_name='dicatat')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='oleh')),
            ],
            options={
                'verbose_name': 'keputusan keterbukaan',
                'verbose_name_plural': 'keputusan keterbukaan',
                'ordering': ['-valid_from', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('sections__contained_by', ['revenue', 'spending', 'points', 'seal', 'proof'])), name='disclosure_sections_known'), models.CheckConstraint(condition=models.Q(('lag_days__lte', 366)), name='disclosure_lag_bounded'), models.CheckConstraint(condition=models.Q(('decision_date__lte', models.F('valid_from'))), name='disclosure_decided_first'), models.CheckConstraint(condition=models.Q(models.Q(('note', ''), _negated=True), models.Q(('number', ''), _negated=True)), name='disclosure_says_why')],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
