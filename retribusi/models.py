"""Tables of levies: where they are collected, what they cost on which days, orders, and tickets."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast

from opd.dated import in_force
from opd.office.ids import token, uuid7
from retribusi.words import in_language, unit_in_language

KODE_REKENING = RegexValidator(
    r"^\d(\.\d){0,1}(\.\d{2}){0,3}(\.\d{4})?$",
    "Kode rekening berbentuk 4.1.02.02.17.0001 (akun sampai sub rincian objek).",
)


class PointQuerySet(models.QuerySet["CollectionPoint"]):
    def shown(self) -> Self:
        """What a visitor may see: planned places are not announced."""
        return self.exclude(status=CollectionPoint.Status.PLANNED)


class CollectionPoint(models.Model):
    """A place where a levy is collected (titik pemungutan). Days and hours are WIB."""

    class Status(models.TextChoices):
        PLANNED = "planned", "Disiapkan"
        LIVE = "live", "Menjual"
        SUSPENDED = "suspended", "Dihentikan sementara"

    class Kind(models.TextChoices):
        TICKET = "ticket", "Tiket masuk"
        PARKING = "parking", "Parkir"
        RENTAL = "rental", "Sewa gedung, lapak, atau lapangan"
        SERVICE = "service", "Jasa layanan"
        SKRD = "skrd", "Penetapan (SKRD)"

    slug = models.SlugField("alamat halaman", max_length=60, unique=True)
    name = models.CharField("nama", max_length=120)
    name_en = models.CharField("nama dalam bahasa Inggris", max_length=120, blank=True)
    kind = models.CharField("jenis titik", max_length=8, choices=Kind, default=Kind.TICKET)
    address = models.CharField("alamat", max_length=200)
    contact = models.CharField(
        "kontak untuk pengunjung", max_length=160, help_text="Siapa yang dihubungi bila ada masalah uang."
    )
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")
    receiving_account = models.ForeignKey(
        "incoming.ReceivingAccount",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="rekening penerimaan",
    )
    status = models.CharField("keadaan", max_length=10, choices=Status, default=Status.PLANNED)
    status_note = models.CharField("keterangan untuk pengunjung", max_length=200, blank=True)
    planned_from = models.DateField(
        "rencana mulai",
        null=True,
        blank=True,
        help_text="Kapan titik ini direncanakan mulai memungut tanpa tunai.",
    )
    legal_basis = models.CharField("dasar hukum", max_length=300)
    story = models.CharField(
        "kalimat tentang tempat ini",
        max_length=200,
        blank=True,
        help_text="Tampil setelah lunas dan di tiket; cerita satu kalimat untuk pengunjung.",
    )
    story_en = models.CharField("kalimat itu dalam bahasa Inggris", max_length=200, blank=True)
    sells_outside_hours = models.BooleanField("tetap menjual di luar jam buka", default=False)
    grace_minutes = models.PositiveSmallIntegerField(
        "menit tambahan setelah tutup",
        default=60,
        help_text="Tiket masih dijual selama ini setelah jam tutup.",
    )

    objects = PointQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = "titik pemungutan"
        verbose_name_plural = "titik pemungutan"
        constraints = [
            models.CheckConstraint(
                name="point_live_has_account",
                condition=~Q(status="live") | Q(receiving_account__isnull=False),
                violation_error_message="Titik yang menjual harus punya rekening penerimaan.",
            ),
            models.UniqueConstraint(
                fields=["receiving_account"],
                name="point_own_account",
                violation_error_message="Rekening penerimaan ini sudah dipakai titik lain.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        """The name in the visitor's language."""
        return in_language(self.name, self.name_en)

    @property
    def sells_on_page(self) -> bool:
        """Whether people choose what they pay themselves; an assessment is paid by its letter."""
        return self.kind != self.Kind.SKRD


class OpeningHours(models.Model):
    """Opening hours of one weekday (0 is Monday) from a day on; the latest start wins. No hours: closed."""

    DAYS = [(0, "Senin"), (1, "Selasa"), (2, "Rabu"), (3, "Kamis"), (4, "Jumat"), (5, "Sabtu"), (6, "Minggu")]

    point = models.ForeignKey(CollectionPoint, models.PROTECT, related_name="hours", verbose_name="titik")
    weekday = models.PositiveSmallIntegerField("hari", choices=DAYS)
    opens = models.TimeField("buka", null=True, blank=True)
    closes = models.TimeField("tutup", null=True, blank=True)
    valid_from = models.DateField("berlaku sejak")

    class Meta:
        ordering = ["weekday", "-valid_from"]
        verbose_name = "jam buka"
        verbose_name_plural = "jam buka"
        constraints = [
            models.UniqueConstraint(fields=["point", "weekday", "valid_from"], name="hours_once_per_start"),
            models.CheckConstraint(name="hours_weekday", condition=Q(weekday__lte=6)),
            models.CheckConstraint(
                name="hours_in_order",
                condition=Q(opens=None, closes=None) | Q(closes__gt=F("opens")),
                violation_error_message="Jam tutup harus setelah jam buka.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} sejak {self.valid_from}"


class SpecialDay(models.Model):
    """A day unlike others: closed, or with a zero tariff by decision of an official."""

    class Kind(models.TextChoices):
        CLOSED = "closed", "Tutup"
        FREE = "free", "Bebas retribusi"

    point = models.ForeignKey(
        CollectionPoint, models.PROTECT, related_name="special_days", verbose_name="titik"
    )
    day = models.DateField("tanggal")
    kind = models.CharField("sifat", max_length=8, choices=Kind)
    note = models.CharField("keterangan untuk pengunjung", max_length=160)
    legal_basis = models.CharField("dasar hukum", max_length=300)

    class Meta:
        ordering = ["-day"]
        verbose_name = "hari khusus"
        verbose_name_plural = "hari khusus"
        constraints = [models.UniqueConstraint(fields=["point", "day"], name="special_day_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.day}"


class TariffQuerySet(models.QuerySet["TariffItem"]):
    def valid(self, *, on: date) -> Self:
        return self.filter(in_force(on))

    def on_sale(self, *, on: date) -> Self:
        return self.valid(on=on).filter(status=TariffItem.Status.ACTIVE)


class TariffItem(models.Model):
    """One tariff of the regulation's annex at one point; days in WIB, inclusive; amounts in rupiah."""

    class Status(models.TextChoices):
        PLANNED = "planned", "Disiapkan"
        ACTIVE = "active", "Berlaku"
        SUSPENDED = "suspended", "Dihentikan"

    class Category(models.TextChoices):
        ADULT = "adult", "Dewasa"
        CHILD = "child", "Anak"
        GROUP = "group", "Rombongan"
        STUDENT = "student", "Pelajar atau mahasiswa"
        VEHICLE = "vehicle", "Kendaraan"
        MOTORCYCLE = "motorcycle", "Sepeda motor"
        CAR = "car", "Mobil"
        BUS = "bus", "Bus atau truk"
        HALL = "hall", "Gedung atau aula"
        STALL = "stall", "Lapak atau kios"
        FIELD = "field", "Lapangan"
        SERVICE = "service", "Layanan"
        OTHER = "other", "Lainnya"

    class Span(models.TextChoices):
        HOUR = "hour", "jam"
        DAY = "day", "hari"
        MONTH = "month", "bulan"

    point = models.ForeignKey(CollectionPoint, models.PROTECT, related_name="tariffs", verbose_name="titik")
    position = models.PositiveSmallIntegerField("urutan", default=1)
    name = models.CharField("nama", max_length=80)
    name_en = models.CharField("nama dalam bahasa Inggris", max_length=80, blank=True)
    category = models.CharField("golongan", max_length=10, choices=Category)
    unit = models.CharField("satuan", max_length=20, default="orang")
    lasts = models.PositiveSmallIntegerField("masa pakai", default=1)
    lasts_span = models.CharField("satuan masa pakai", max_length=5, choices=Span, default=Span.DAY)
    amount = models.DecimalField("tarif", max_digits=18, decimal_places=2)
    valid_from = models.DateField("berlaku sejak")
    valid_to = models.DateField("berlaku sampai", null=True, blank=True)
    legal_basis = models.CharField("dasar hukum", max_length=300)
    status = models.CharField("keadaan", max_length=10, choices=Status, default=Status.PLANNED)
    needs_confirmation = models.BooleanField("perlu konfirmasi", default=False)
    kode_lra = models.CharField("kode LRA", max_length=30, validators=[KODE_REKENING])
    kode_lo = models.CharField("kode LO", max_length=30, validators=[KODE_REKENING])

    objects = TariffQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = "tarif"
        verbose_name_plural = "tarif"
        constraints = [
            models.CheckConstraint(
                name="tariff_not_negative",
                condition=Q(amount__gte=0),
                violation_error_message="Tarif tidak boleh kurang dari nol.",
            ),
            models.CheckConstraint(
                name="tariff_dates_in_order",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="Tanggal akhir tidak boleh mendahului tanggal mulai.",
            ),
            models.CheckConstraint(
                name="tariff_lasts",
                condition=Q(lasts__gte=1),
                violation_error_message="Masa pakai paling sedikit satu.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def lasts_one_day(self) -> bool:
        """The usual case, which goes without saying."""
        return (self.lasts, self.lasts_span) == (1, self.Span.DAY)

    @property
    def lasts_text(self) -> str:
        """How long one unit holds: "3 jam"."""
        return f"{self.lasts} {self.get_lasts_span_display()}"

    def codes_on(self, day: date) -> tuple[str, str]:
        """The account codes (LRA, LO) on a WIB day: the latest change begun by then, else the first ones."""
        begun = [change for change in self.codes.all() if change.valid_from <= day]
        last = max(begun, key=lambda change: change.valid_from, default=None)
        return (last.kode_lra, last.kode_lo) if last else (self.kode_lra, self.kode_lo)


class TariffCode(models.Model):
    """Other account codes of a tariff from a WIB day on: the chart of accounts changes, the tariff stays."""

    tariff = models.ForeignKey(TariffItem, models.PROTECT, related_name="codes", verbose_name="tarif")
    valid_from = models.DateField("berlaku sejak")
    kode_lra = models.CharField("kode LRA", max_length=30, validators=[KODE_REKENING])
    kode_lo = models.CharField("kode LO", max_length=30, validators=[KODE_REKENING])
    legal_basis = models.CharField("dasar hukum", max_length=300)

    class Meta:
        ordering = ["valid_from"]
        verbose_name = "perubahan kode rekening"
        verbose_name_plural = "perubahan kode rekening"
        constraints = [
            models.UniqueConstraint(
                fields=["tariff", "valid_from"],
                name="tariff_code_once_per_start",
                violation_error_message="Perubahan kode rekening pada tanggal ini sudah ada.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kode_lra} sejak {self.valid_from}"


class StaticQris(models.Model):
    """The printed QRIS of a receiving account, as its acquirer gave it. At most one stands at a time."""

    receiving_account = models.ForeignKey(
        "incoming.ReceivingAccount", models.PROTECT, related_name="+", verbose_name="rekening penerimaan"
    )
    content = models.CharField("isi QRIS statis", max_length=512)
    registered_at = models.DateTimeField("didaftarkan")
    registered_by = models.ForeignKey("opd.User", models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField("ditarik", null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = "QRIS statis"
        verbose_name_plural = "QRIS statis"
        constraints = [
            models.UniqueConstraint(
                fields=["receiving_account"],
                name="static_qris_one_stands",
                condition=Q(withdrawn_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"QRIS statis {self.receiving_account_id}"


class Order(models.Model):
    """What one visitor asked for, for one WIB day. Holds no personal data; its token is the only way to it.

    ``channel`` other than QRIS is money that an officer took at the counter: it has a sale there, no payment.
    ``key`` is the payable key that payment requests carry. ``version`` grows with everything that changes
    what the visitor's page shows, so that polling it costs one look. ``void``: a wrong claim of money without
    a request, put back; its tickets are void and its payment is free again.
    """

    class State(models.TextChoices):
        OPEN = "open", "Menunggu pembayaran"
        PAID = "paid", "Lunas"
        VOID = "void", "Dibatalkan"

    class Channel(models.TextChoices):
        QRIS = "qris", "QRIS"
        EDC = "edc", "EDC"
        EMONEY = "emoney", "Uang elektronik"
        CASH = "cash", "Tunai"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.GeneratedField(
        expression=Cast("id", models.CharField(max_length=36)),
        output_field=models.CharField(max_length=36),
        db_persist=True,
        unique=True,
    )
    token = models.CharField("tautan", max_length=22, unique=True, default=token, editable=False)
    form_key = models.CharField(max_length=64, unique=True, editable=False)
    code = models.CharField("kode pesanan", max_length=10, unique=True, editable=False)
    point = models.ForeignKey(CollectionPoint, models.PROTECT, related_name="orders", verbose_name="titik")
    visit_date = models.DateField("tanggal kunjungan")
    total = models.DecimalField("jumlah", max_digits=18, decimal_places=2)
    state = models.CharField("keadaan", max_length=4, choices=State, default=State.OPEN)
    channel = models.CharField(
        "cara bayar", max_length=6, choices=Channel, default=Channel.QRIS, db_default=Channel.QRIS
    )
    request = models.ForeignKey(
        "incoming.PaymentRequest",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="permintaan pembayaran",
    )
    payment = models.OneToOneField(
        "incoming.Payment", models.PROTECT, null=True, related_name="+", verbose_name="pembayaran"
    )
    receipt_number = models.CharField("nomor kuitansi", max_length=16, blank=True)
    created_at = models.DateTimeField("dibuat")
    paid_at = models.DateTimeField("lunas", null=True)
    version = models.PositiveIntegerField("versi", default=0)

    class Meta:
        verbose_name = "pesanan"
        verbose_name_plural = "pesanan"
        indexes = [models.Index(fields=["point", "visit_date"], name="order_by_point_day")]
        constraints = [
            models.CheckConstraint(name="order_total_not_negative", condition=Q(total__gte=0)),
            models.CheckConstraint(
                name="order_paid_has_receipt",
                condition=Q(state="open", paid_at=None, receipt_number="")
                | (Q(state__in=["paid", "void"], paid_at__isnull=False) & ~Q(receipt_number="")),
            ),
            models.UniqueConstraint(
                fields=["receipt_number"], name="order_receipt_once", condition=~Q(receipt_number="")
            ),
            models.CheckConstraint(
                name="order_paid_by_a_payment_or_free",
                condition=Q(state="open")
                | Q(state="void", payment=None)
                | (Q(state="paid") & (Q(payment__isnull=False) | Q(total=0) | ~Q(channel="qris"))),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def spoken(self) -> str:
        """The code as it is read out: two groups of four."""
        return f"{self.code[:4]} {self.code[4:]}"

    @property
    def is_paid(self) -> bool:
        return self.state == self.State.PAID


class OrderLine(models.Model):
    """So many of one tariff, at the amount of that day."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="lines", verbose_name="pesanan")
    tariff = models.ForeignKey(TariffItem, models.PROTECT, related_name="+", verbose_name="tarif")
    quantity = models.PositiveSmallIntegerField("banyaknya")
    unit_amount = models.DecimalField("tarif saat itu", max_digits=18, decimal_places=2)

    class Meta:
        ordering = ["pk"]
        verbose_name = "baris pesanan"
        verbose_name_plural = "baris pesanan"
        constraints = [
            models.UniqueConstraint(fields=["order", "tariff", "unit_amount"], name="line_once_per_tariff"),
            models.CheckConstraint(name="line_quantity_positive", condition=Q(quantity__gte=1)),
            models.CheckConstraint(name="line_amount_not_negative", condition=Q(unit_amount__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.tariff.name}"

    @property
    def shown_name(self) -> str:
        return in_language(self.tariff.name, self.tariff.name_en)

    @property
    def shown_unit(self) -> str:
        return unit_in_language(self.tariff.unit)

    @property
    def amount(self) -> Decimal:
        return self.quantity * self.unit_amount


class TicketKey(models.Model):
    """A key pair that signs tickets from ``valid_from`` on; the private half is encrypted."""

    key_id = models.PositiveSmallIntegerField("nomor kunci", unique=True)
    public_key = models.BinaryField("kunci publik", max_length=32)
    private_key = models.BinaryField("kunci pribadi (terenkripsi)")
    valid_from = models.DateField("dipakai sejak")
    created_at = models.DateTimeField("dibuat")

    class Meta:
        ordering = ["key_id"]
        verbose_name = "kunci tiket"
        verbose_name_plural = "kunci tiket"

    def __str__(self) -> str:
        return f"Kunci {self.key_id}"


class Ticket(models.Model):
    """One admission (karcis, dokumen lain yang dipersamakan). ``token`` is what its QR says, signed."""

    class State(models.TextChoices):
        VALID = "valid", "Berlaku"
        USED = "used", "Sudah dipakai"
        VOID = "void", "Dibatalkan"

    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="tickets", verbose_name="baris pesanan")
    point = models.ForeignKey(CollectionPoint, models.PROTECT, related_name="+", verbose_name="titik")
    valid_date = models.DateField("berlaku pada")
    serial = models.CharField("nomor seri", max_length=16, unique=True)
    code = models.CharField("kode lisan", max_length=6)
    token = models.CharField("isi QR", max_length=154)
    state = models.CharField("keadaan", max_length=5, choices=State, default=State.VALID)
    issued_at = models.DateTimeField("diterbitkan")

    class Meta:
        ordering = ["pk"]
        verbose_name = "tiket"
        verbose_name_plural = "tiket"
        constraints = [
            models.UniqueConstraint(fields=["point", "valid_date", "code"], name="ticket_code_once_a_day"),
        ]

    def __str__(self) -> str:
        return self.spoken

    @property
    def spoken(self) -> str:
        """The code as it is read out: two groups of three."""
        return f"{self.code[:3]} {self.code[3:]}"


class Throttle(models.Model):
    """How often something was asked for in one stretch of time; ``bucket`` is a keyed hash, no address."""

    bucket = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField("banyaknya")
    until = models.DateTimeField("berlaku sampai", db_index=True)

    class Meta:
        verbose_name = "pembatas"
        verbose_name_plural = "pembatas"

    def __str__(self) -> str:
        return self.bucket[:8]
