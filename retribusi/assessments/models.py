"""Tables of assessments. What happened is a row: a void is its document's, a payment the debt's, a change a
decision; no state is kept beside them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Cast, Coalesce

from opd.office.ids import token, uuid7
from opd.office.models import JobState
from retribusi.models import KODE_REKENING, CollectionPoint, TariffItem


def _money(label: str, **options: Any) -> models.DecimalField[Decimal, Decimal]:
    return models.DecimalField(label, max_digits=18, decimal_places=2, **options)


def _by(label: str = "oleh") -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=label
    )


class WajibRetribusi(models.Model):
    """Who owes a levy, as one agency knows them. NIK or NPWP and contact are sealed; lists show masks.

    ``identity_digest`` is a keyed hash, so that one number stands once in an agency's register.
    """

    class IdentityKind(models.TextChoices):
        NIK = "nik", "NIK"
        NPWP = "npwp", "NPWP"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    name = models.CharField("nama", max_length=120)
    identity_kind = models.CharField("jenis nomor", max_length=4, choices=IdentityKind)
    identity = models.BinaryField("NIK atau NPWP (terenkripsi)")
    identity_mask = models.CharField("NIK atau NPWP (disamarkan)", max_length=24)
    identity_digest = models.CharField(max_length=64, editable=False)
    address = models.CharField("alamat", max_length=200)
    contact = models.BinaryField("kontak (terenkripsi)", null=True)
    contact_mask = models.CharField("kontak (disamarkan)", max_length=40, blank=True)
    registered_at = models.DateTimeField("didaftarkan")
    registered_by = _by()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = "wajib retribusi"
        verbose_name_plural = "wajib retribusi"
        constraints = [
            models.UniqueConstraint(fields=["opd", "identity_digest"], name="wajib_once_per_opd"),
            models.CheckConstraint(
                name="wajib_contact_has_mask",
                condition=Q(contact=None, contact_mask="") | (Q(contact__isnull=False) & ~Q(contact_mask="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AssessmentFile(models.Model):
    """A file of many SKRD: looked at, confirmed once, issued by a worker, or dropped.

    One period and due day hold for all its rows. ``confirmed_*`` is set when the officer confirms,
    ``finished_at`` when every row is issued.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    point = models.ForeignKey(CollectionPoint, models.PROTECT, related_name="+", verbose_name="titik")
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    evidence = models.ForeignKey("office.Evidence", models.PROTECT, related_name="+", verbose_name="berkas")
    name = models.CharField("nama berkas", max_length=200)
    period_from = models.DateField("masa sejak")
    period_to = models.DateField("masa sampai")
    uploaded_at = models.DateTimeField("diunggah")
    uploaded_by = _by()
    confirmed_at = models.DateTimeField("dikonfirmasi", null=True)
    confirmed_by = _by("dikonfirmasi oleh")
    rows = models.PositiveIntegerField("banyaknya", default=0)
    total = _money("jumlah", default=0)
    job = models.ForeignKey("office.Job", models.PROTECT, null=True, related_name="+")
    tries = models.PositiveSmallIntegerField("percobaan", default=0)
    finished_at = models.DateTimeField("selesai", null=True)
    dropped_at = models.DateTimeField("dibuang", null=True)

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = "berkas SKRD"
        verbose_name_plural = "berkas SKRD"
        constraints = [
            models.UniqueConstraint(
                fields=["evidence", "point", "period_from"],
                condition=Q(confirmed_at__isnull=False),
                name="assessment_file_confirmed_once",
            ),
            models.CheckConstraint(
                name="assessment_file_one_end", condition=Q(confirmed_at=None) | Q(dropped_at=None)
            ),
            models.CheckConstraint(
                name="assessment_file_finished_after",
                condition=Q(finished_at=None) | Q(confirmed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        """draft, running, done, failed or dropped; one that is running reads its ``job``."""
        if self.dropped_at:
            return "dropped"
        if self.finished_at:
            return "done"
        if self.job and self.job.state == JobState.FAILED:
            return "failed"
        return "running" if self.confirmed_at else "draft"


class State(models.TextChoices):
    """How a SKRD stands, read from its rows."""

    STANDING = "standing", "Belum lunas"
    PAID = "paid", "Lunas"
    VOID = "void", "Batal"
    REPLACED = "replaced", "Diganti"


class SkrdQuerySet(models.QuerySet["Skrd"]):
    def with_standing(self) -> SkrdQuerySet:
        """With what ``Skrd.state`` reads: ``has_open``, ``is_replaced``, ``owed`` and ``next_due``."""
        open_debts = Debt.objects.collectable().filter(skrd=OuterRef("pk")).order_by()
        sums = open_debts.values("skrd").annotate(sum=Sum("amount")).values("sum")
        return self.select_related("document").annotate(
            has_open=Exists(open_debts),
            is_replaced=Exists(Skrd.objects.filter(replaces=OuterRef("pk"))),
            owed=Coalesce(Subquery(sums), Decimal(0), output_field=models.DecimalField()),
            next_due=Subquery(open_debts.order_by("due_on").values("due_on")[:1]),
        )

    def in_state(self, state: str, *, on: date) -> SkrdQuerySet:
        """Of rows ``with_standing``: one state, or ``overdue``; an unknown word takes all."""
        voided, standing = Q(document__voided_at__isnull=False), Q(document__voided_at=None)
        wanted = {
            State.STANDING: standing & Q(has_open=True),
            State.PAID: standing & Q(has_open=False),
            State.VOID: voided & Q(is_replaced=False),
            State.REPLACED: voided & Q(is_replaced=True),
            "overdue": standing & Q(has_open=True, next_due__lt=on),
        }
        return self.filter(wanted[state]) if state in wanted else self


class Skrd(models.Model):
    """A Surat Ketetapan Retribusi Daerah. Nothing of it changes once it is issued; its number is the
    document's. ``token`` is the code of /tagihan/; ``principal`` in rupiah is the sum of its lines."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    token = models.CharField("kode tagihan", max_length=22, unique=True, default=token, editable=False)
    form_key = models.CharField(max_length=80, unique=True, editable=False)
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    point = models.ForeignKey(CollectionPoint, models.PROTECT, related_name="+", verbose_name="titik")
    wajib_retribusi = models.ForeignKey(
        WajibRetribusi, models.PROTECT, related_name="skrd", verbose_name="wajib retribusi"
    )
    document = models.OneToOneField(
        "office.Document", models.PROTECT, related_name="+", verbose_name="dokumen"
    )
    period_from = models.DateField("masa sejak")
    period_to = models.DateField("masa sampai")
    issued_on = models.DateField("tanggal terbit")
    due_on = models.DateField("jatuh tempo")
    principal = _money("ketetapan")
    issued_at: models.DateTimeField[datetime, datetime] = models.DateTimeField("diterbitkan")
    issued_by = _by()
    file = models.ForeignKey(
        AssessmentFile, models.PROTECT, null=True, related_name="skrd", verbose_name="berkas"
    )
    line_no = models.PositiveIntegerField("baris berkas", null=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="replaced_by", verbose_name="mengganti"
    )

    objects = SkrdQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-pk"]
        verbose_name = "SKRD"
        verbose_name_plural = "SKRD"
        indexes = [models.Index(fields=["opd", "-issued_at"], name="skrd_by_opd")]
        constraints = [
            models.UniqueConstraint(fields=["file", "line_no"], name="skrd_once_per_file_row"),
            models.CheckConstraint(name="skrd_principal_positive", condition=Q(principal__gt=0)),
            models.CheckConstraint(name="skrd_period_in_order", condition=Q(period_to__gte=F("period_from"))),
            models.CheckConstraint(name="skrd_due_after_issue", condition=Q(due_on__gte=F("issued_on"))),
            models.CheckConstraint(
                name="skrd_file_has_row",
                condition=Q(file=None, line_no=None) | Q(file__isnull=False, line_no__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.document.number_text

    @property
    def state(self) -> State:
        """Of a row ``with_standing``."""
        facts: Any = self
        if self.document.voided_at:
            return State.REPLACED if facts.is_replaced else State.VOID
        return State.STANDING if facts.has_open else State.PAID


class SkrdLine(models.Model):
    """So many of one tariff, at the amount and account codes of the day of issue."""

    skrd = models.ForeignKey(Skrd, models.PROTECT, related_name="lines", verbose_name="SKRD")
    tariff = models.ForeignKey(TariffItem, models.PROTECT, related_name="+", verbose_name="tarif")
    name = models.CharField("uraian", max_length=80)
    quantity = models.PositiveIntegerField("banyaknya")
    unit_amount = _money("tarif saat itu")
    kode_lra = models.CharField("kode LRA", max_length=30, validators=[KODE_REKENING])
    kode_lo = models.CharField("kode LO", max_length=30, validators=[KODE_REKENING])

    class Meta:
        ordering = ["pk"]
        verbose_name = "baris SKRD"
        verbose_name_plural = "baris SKRD"
        constraints = [
            models.UniqueConstraint(fields=["skrd", "tariff"], name="skrd_line_once_per_tariff"),
            models.CheckConstraint(
                name="skrd_line_positive", condition=Q(quantity__gte=1, unit_amount__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.name}"

    @property
    def amount(self) -> Decimal:
        return self.quantity * self.unit_amount


class Decision(models.Model):
    """An official's decision on what is still owed: in instalments, or less of it. ``amount`` in rupiah is
    what is remitted, zero for instalments."""

    class Kind(models.TextChoices):
        INSTALMENTS = "instalments", "Angsuran"
        REDUCTION = "reduction", "Keringanan"

    skrd = models.ForeignKey(Skrd, models.PROTECT, related_name="decisions", verbose_name="SKRD")
    kind = models.CharField("jenis", max_length=11, choices=Kind)
    number = models.CharField("nomor keputusan", max_length=100)
    decided_on = models.DateField("tanggal keputusan")
    reason = models.CharField("alasan", max_length=300)
    amount = _money("keringanan", default=0)
    made_at = models.DateTimeField("dicatat")
    made_by = _by()

    class Meta:
        ordering = ["made_at", "pk"]
        verbose_name = "keputusan atas SKRD"
        verbose_name_plural = "keputusan atas SKRD"
        constraints = [
            models.UniqueConstraint(fields=["skrd", "kind", "number"], name="decision_once"),
            models.CheckConstraint(name="decision_says_why", condition=~Q(number="") & ~Q(reason="")),
            models.CheckConstraint(
                name="decision_amount_fits",
                condition=Q(kind="instalments", amount=0) | Q(kind="reduction", amount__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


class DebtQuerySet(models.QuerySet["Debt"]):
    def current(self) -> DebtQuerySet:
        """Not replaced by those of a decision."""
        return self.filter(retired_at=None)

    def open(self) -> DebtQuerySet:
        """Neither replaced nor paid."""
        return self.filter(retired_at=None, payment=None, compensation=None)

    def settled(self) -> DebtQuerySet:
        """Paid, by money or by titipan; a compensation that was undone has left its debt."""
        return self.filter(Q(payment__isnull=False) | Q(compensation__isnull=False, retired_at=None))

    def keeping_money(self) -> DebtQuerySet:
        """Settled, with levy of which not all has gone back."""
        gone = Sum("payment__refunds__revenue_amount", filter=Q(payment__refunds__state="done"), default=0)
        kept = Q(payment=None) | Q(gone__lt=F("payment__revenue_amount"))
        return self.settled().alias(gone=gone).filter(kept)

    def collectable(self) -> DebtQuerySet:
        """Open, of SKRD that stand."""
        return self.open().filter(skrd__document__voided_at=None)


class Debt(models.Model):
    """What is paid at once of a SKRD: all of it, or one instalment. ``amount`` in rupiah is without interest.

    ``carried`` is the interest that had run when instalments were granted; it stands in their first part.
    ``key`` is the payable key of payment requests and VA. ``interest_paid`` and ``paid_at`` come with the
    one payment that settles it, or the compensation that does; one that was undone retires with its debt.
    A receipt's number comes with them.
    ``version`` grows with what the public page shows.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.GeneratedField(
        expression=Cast("id", models.CharField(max_length=36)),
        output_field=models.CharField(max_length=36),
        db_persist=True,
        unique=True,
    )
    skrd = models.ForeignKey(Skrd, models.PROTECT, related_name="debts", verbose_name="SKRD")
    position = models.PositiveSmallIntegerField("angsuran ke", default=1)
    amount = _money("jumlah")
    carried = _money("bunga terbawa", default=0, db_default=0)
    due_on = models.DateField("jatuh tempo")
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, related_name="debts", verbose_name="keputusan"
    )
    made_at = models.DateTimeField("dibuat")
    retired_at = models.DateTimeField("diganti", null=True)
    request = models.ForeignKey("incoming.PaymentRequest", models.PROTECT, null=True, related_name="+")
    payment = models.OneToOneField(
        "incoming.Payment", models.PROTECT, null=True, related_name="+", verbose_name="pembayaran"
    )
    compensation = models.OneToOneField(
        "incoming.Compensation", models.PROTECT, null=True, related_name="+", verbose_name="kompensasi"
    )
    interest_paid = _money("bunga dibayar", null=True)
    paid_at = models.DateTimeField("lunas", null=True)
    receipt_number = models.CharField("nomor kuitansi", max_length=16, default="", db_default="")
    version = models.PositiveIntegerField("versi", default=0)

    objects = DebtQuerySet.as_manager()

    class Meta:
        ordering = ["skrd", "position", "made_at"]
        verbose_name = "tagihan SKRD"
        verbose_name_plural = "tagihan SKRD"
        indexes = [
            models.Index(
                fields=["due_on"], condition=Q(retired_at=None, payment=None), name="debt_open_by_due"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["skrd", "position"],
                condition=Q(retired_at=None),
                name="debt_position_once",
            ),
            models.UniqueConstraint(
                fields=["receipt_number"], name="debt_receipt_once", condition=~Q(receipt_number="")
            ),
            models.CheckConstraint(
                name="debt_paid_has_receipt",
                condition=Q(paid_at=None, receipt_number="")
                | (Q(paid_at__isnull=False) & ~Q(receipt_number="")),
            ),
            models.CheckConstraint(name="debt_amount_positive", condition=Q(amount__gt=0, carried__gte=0)),
            models.CheckConstraint(
                name="debt_paid_whole",
                condition=Q(payment=None, compensation=None, interest_paid=None, paid_at=None)
                | (
                    Q(interest_paid__gte=0, paid_at__isnull=False)
                    & (
                        Q(payment__isnull=False, compensation=None)
                        | Q(payment=None, compensation__isnull=False)
                    )
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skrd_id} {self.position}"

    @property
    def is_paid(self) -> bool:
        return self.paid_at is not None


class LetterQuerySet(models.QuerySet["Letter"]):
    def about(self, skrd: Any, position: Any, due_on: Any) -> LetterQuerySet:
        """On one part of a SKRD and its due day, also those sent before a keringanan replaced the debt."""
        return self.filter(debt__skrd=skrd, debt__position=position, debt__due_on=due_on)


class Letter(models.Model):
    """A letter of the collection calendar about one debt, once of each kind; what it states is frozen.

    ``months`` and ``interest`` are those of its day.
    """

    class Kind(models.TextChoices):
        NOTICE = "notice", "Pemberitahuan jatuh tempo"
        TEGURAN = "teguran", "Surat teguran"
        STRD = "strd", "STRD"

    debt = models.ForeignKey(Debt, models.PROTECT, related_name="letters", verbose_name="tagihan")
    kind = models.CharField("jenis", max_length=7, choices=Kind)
    document = models.OneToOneField(
        "office.Document", models.PROTECT, related_name="+", verbose_name="dokumen"
    )
    issued_on = models.DateField("tanggal")
    months = models.PositiveSmallIntegerField("bulan terlambat")
    interest = _money("bunga")
    issued_at = models.DateTimeField("diterbitkan")
    issued_by = _by()

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["issued_at", "pk"]
        verbose_name = "surat penagihan"
        verbose_name_plural = "surat penagihan"
        constraints = [
            models.UniqueConstraint(fields=["debt", "kind"], name="letter_once_per_debt"),
            models.CheckConstraint(name="letter_interest_not_negative", condition=Q(interest__gte=0)),
            models.CheckConstraint(name="letter_strd_is_late", condition=~Q(kind="strd") | Q(months__gte=1)),
        ]

    def __str__(self) -> str:
        return self.document.number_text
