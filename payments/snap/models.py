"""Tables of the SNAP room: partners and their keys, tokens both ways, the raw inbox, our own calls.

Past the months of ``snap.active_months`` the bodies of messages lie in the archive storage (``packs``).
Retention (``payments.snap.tasks``): the bodies of accepted messages and of calls for the years of the rule
``snap.retention_years`` (SNAP: data and logs, ten), then erased, their rows stay; refused messages, which
prove nothing, for the days of ``snap.refused_days``; tokens until a day after expiry. Credentials are sealed
(``payments.snap.vault``): no attribute holds a plain one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from payments.snap import validators, vault


class PartnerQuerySet(models.QuerySet["Partner"]):
    def usable(self) -> Self:
        """Active ones; the demonstration bank only where demonstrations are allowed."""
        rows = self.filter(is_active=True)
        return rows if settings.DEMO or settings.DEBUG else rows.filter(is_demo=False)


class Partner(models.Model):
    """A bank we speak SNAP with, and how: where it is, who we are to it, who it is to us, its habits."""

    class SignatureMode(models.TextChoices):
        HMAC = "hmac", "Simetris (HMAC-SHA512 dengan token)"
        RSA = "rsa", "Asimetris (SHA256withRSA tanpa token)"

    class SignatureEncoding(models.TextChoices):
        BASE64 = "base64", "Base64"
        HEX = "hex", "Heksadesimal"

    class SignedPath(models.TextChoices):
        AS_RECEIVED = "as_received", "Alamat seperti yang kami terima"
        WITH_PREFIX = "with_prefix", "Dengan awalan gerbang bank"
        WITHOUT_PREFIX = "without_prefix", "Tanpa awalan (mulai dari /v1.0)"

    class PaymentIdentity(models.TextChoices):
        RRN = "rrn", "RRN"
        REFERENCE = "reference", "Nomor referensi bank"

    class QueryBack(models.TextChoices):
        ALWAYS = "always", "Selalu tanya bank"
        ABOVE = "above", "Tanya bank di atas jumlah tertentu"
        SWEEP = "sweep", "Hanya lewat penyisiran berkala"

    slug = models.SlugField("kode", max_length=40, unique=True)
    name = models.CharField("nama", max_length=120)
    is_active = models.BooleanField("aktif", default=True)
    is_demo = models.BooleanField("bank uji coba", default=False, editable=False)

    base_url = models.CharField(
        "alamat bank",
        max_length=200,
        validators=[validators.base_url],
        help_text="bagian alamat yang tidak ditandatangani",
    )
    path_prefix = models.CharField(
        "awalan jalur",
        max_length=100,
        blank=True,
        validators=[validators.prefix],
        help_text="ikut ditandatangani, contoh /openapi",
    )
    client_id = models.CharField("client id kami", max_length=100, validators=[validators.header_text])
    client_secret = models.TextField("client secret kami", blank=True, editable=False)
    private_key = models.TextField("kunci privat kami", blank=True, editable=False)
    next_private_key = models.TextField("kunci privat cadangan", blank=True, editable=False)
    partner_id = models.CharField("X-PARTNER-ID kami", max_length=36, validators=[validators.header_text])
    channel_id = models.CharField(
        "CHANNEL-ID", max_length=5, default="95221", validators=[validators.header_text]
    )
    signature_mode = models.CharField(
        "tanda tangan kami", max_length=4, choices=SignatureMode, default=SignatureMode.HMAC
    )
    signature_encoding = models.CharField(
        "penulisan tanda tangan", max_length=6, choices=SignatureEncoding, default=SignatureEncoding.BASE64
    )

    inbound_client_id = models.CharField(
        "client id bank pada kami", max_length=100, blank=True, validators=[validators.header_text]
    )
    inbound_client_secret = models.TextField("client secret bank", blank=True, editable=False)
    previous_inbound_secret = models.TextField("client secret bank sebelumnya", blank=True, editable=False)
    previous_inbound_until = models.DateTimeField("client secret lama sampai", null=True, editable=False)
    inbound_mode = models.CharField(
        "tanda tangan bank", max_length=4, choices=SignatureMode, default=SignatureMode.HMAC
    )
    signed_path = models.CharField(
        "alamat yang ditandatangani bank", max_length=16, choices=SignedPath, default=SignedPath.AS_RECEIVED
    )
    signed_prefix = models.CharField(
        "awalan gerbang bank", max_length=100, blank=True, validators=[validators.prefix]
    )
    clock_skew_seconds = models.PositiveSmallIntegerField(
        "selisih jam", default=300, help_text="detik; SNAP tidak menyebut angka"
    )
    allowed_addresses = models.JSONField(
        "alamat IP yang boleh",
        default=list,
        blank=True,
        validators=[validators.addresses],
        help_text="IP atau jaringan; kosong berarti semua",
    )

    payment_identity = models.CharField(
        "tanda pengenal pembayaran", max_length=10, choices=PaymentIdentity, default=PaymentIdentity.RRN
    )
    query_back = models.CharField("tanya balik", max_length=8, choices=QueryBack, default=QueryBack.ALWAYS)
    query_back_above = models.DecimalField(
        "tanya balik di atas", max_digits=18, decimal_places=2, null=True, blank=True
    )

    objects = PartnerQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = "mitra bank"
        verbose_name_plural = "mitra bank"
        constraints = [
            models.UniqueConstraint(
                fields=["inbound_client_id"],
                condition=~Q(inbound_client_id=""),
                name="partner_inbound_client_once",
                violation_error_message="Client id ini sudah dipakai mitra lain.",
            ),
            models.CheckConstraint(
                name="partner_query_back_names_its_limit",
                condition=~Q(query_back="above") | Q(query_back_above__isnull=False, query_back_above__gt=0),
                violation_error_message="Isi jumlah untuk tanya balik di atas jumlah tertentu.",
            ),
            models.CheckConstraint(
                name="partner_prefix_where_signed",
                condition=~Q(signed_path="with_prefix") | ~Q(signed_prefix=""),
                violation_error_message="Isi awalan gerbang bank yang ikut ditandatangani.",
            ),
            models.CheckConstraint(
                name="partner_skew_within_an_hour",
                condition=Q(clock_skew_seconds__gte=1, clock_skew_seconds__lte=3600),
                violation_error_message="Selisih jam antara 1 dan 3600 detik.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def own_private_key(self, *, upcoming: bool = False) -> str:
        """Our RSA key for this bank, as PEM. Raises vault.SecretMissing."""
        if upcoming:
            return vault.reveal(self.next_private_key, "Kunci privat cadangan kami")
        return vault.reveal(self.private_key, "Kunci privat kami")

    def own_secret(self) -> str:
        """Our client secret at this bank. Raises vault.SecretMissing."""
        return vault.reveal(self.client_secret, "Client secret kami")

    def bank_secrets(self, *, at: datetime) -> list[str]:
        """The bank's client secrets that hold now: the current one, and for a time of grace the last."""
        sealed = [self.inbound_client_secret]
        if self.previous_inbound_until and at < self.previous_inbound_until:
            sealed.append(self.previous_inbound_secret)
        return [vault.reveal(text, "Client secret bank") for text in sealed if text]


class PartnerKeyQuerySet(models.QuerySet["PartnerKey"]):
    def valid(self, *, at: datetime) -> Self:
        return self.filter(valid_from__lte=at).filter(Q(valid_to=None) | Q(valid_to__gt=at))


class PartnerKey(models.Model):
    """A public key of the bank, for as long as it holds; several hold at once while the bank rotates."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="keys", verbose_name="mitra bank")
    label = models.CharField("nama kunci", max_length=80)
    public_key = models.TextField("kunci publik", help_text="PEM")
    fingerprint = models.CharField("sidik jari", max_length=64, help_text="SHA-256 dari DER, heksadesimal")
    valid_from = models.DateTimeField("berlaku sejak")
    valid_to = models.DateTimeField("berlaku sampai", null=True, blank=True)

    objects = PartnerKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "-pk"]
        verbose_name = "kunci publik bank"
        verbose_name_plural = "kunci publik bank"
        constraints = [
            models.UniqueConstraint(fields=["partner", "fingerprint"], name="partner_key_once"),
            models.CheckConstraint(
                name="partner_key_times_in_order",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="Akhir masa berlaku tidak boleh mendahului awalnya.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.fingerprint[:16]})"


class IssuedToken(models.Model):
    """An access token we gave a bank; only its SHA-256 is kept."""

    token_hash = models.CharField(max_length=64, primary_key=True)
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="+")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "token untuk bank"
        verbose_name_plural = "token untuk bank"


class HeldToken(models.Model):
    """The access token a bank gave us, sealed. ``lease_until``: one process is fetching a new one."""

    partner = models.OneToOneField(Partner, models.CASCADE, primary_key=True, related_name="+")
    token = models.TextField(blank=True)
    obtained_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "token dari bank"
        verbose_name_plural = "token dari bank"


class InboxPack(models.Model):
    """A file of the archive storage with messages of one day past their active months (``packs``)."""

    class Stage(models.TextChoices):
        WRITING = "writing", "Sedang ditulis"
        KEPT = "kept", "Tersimpan"
        ERASING = "erasing", "Sedang dihapus"
        ERASED = "erased", "Dihapus menurut retensi"

    sha256 = models.CharField("sidik", max_length=64)
    day = models.DateField("hari pesan (WIB)")
    rows = models.PositiveIntegerField("pesan")
    size = models.PositiveBigIntegerField("ukuran", help_text="byte")
    last_received_at = models.DateTimeField("pesan terakhir diterima")
    written_at = models.DateTimeField("diarsipkan pada")
    stage = models.CharField("tahap", max_length=7, choices=Stage, default=Stage.WRITING)

    class Meta:
        verbose_name = "berkas arsip pesan"
        verbose_name_plural = "berkas arsip pesan"
        indexes = [models.Index(fields=["stage", "last_received_at"], name="pack_by_stage")]

    def __str__(self) -> str:
        return f"{self.day} {self.rows} {self.stage}"

    @property
    def path(self) -> str:
        return f"pesan/{self.sha256[:2]}/{self.sha256}"


class InboxMessage(models.Model):
    """What a bank, or someone else, sent to an endpoint of ours: raw first, judged after.

    ``body`` is encrypted (a notice names customers); past its active months it lies in ``pack``, from byte
    ``pack_at``, with the answer behind it. ``verdict`` is the responseCode we answered, ``answer``
    all of it where it said more (encrypted). Nothing here is unique: a forgery can't take the place of the
    real message.
    """

    class State(models.TextChoices):
        RECEIVED = "received", "Diterima"
        REFUSED = "refused", "Ditolak"
        ACCEPTED = "accepted", "Sah, menunggu diproses"
        PROCESSED = "processed", "Selesai"
        REPEATED = "repeated", "Ulangan, dijawab sama"

    received_at = models.DateTimeField("diterima pada")
    service = models.CharField("layanan", max_length=2)
    path = models.CharField("alamat", max_length=300)
    remote_addr = models.CharField("dari alamat IP", max_length=45, blank=True)
    headers = models.JSONField("kepala pesan", default=dict)
    external_id = models.CharField("X-EXTERNAL-ID", max_length=36, blank=True)
    body = models.BinaryField("isi (terenkripsi)", null=True)
    body_size = models.PositiveIntegerField("ukuran isi", help_text="byte, sebelum dipotong")
    body_sha256 = models.CharField(max_length=64, help_text="dari isi yang disimpan, sebelum dienkripsi")
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, related_name="messages", verbose_name="mitra bank"
    )
    state = models.CharField("keadaan", max_length=9, choices=State, default=State.RECEIVED)
    verdict = models.CharField("kode jawaban", max_length=7, blank=True)
    reason = models.CharField("keterangan", max_length=200, blank=True)
    outcome = models.CharField("hasil", max_length=200, blank=True)
    processed_at = models.DateTimeField("diproses pada", null=True)
    answer = models.BinaryField("isi jawaban (terenkripsi)", null=True)
    pack = models.ForeignKey(
        InboxPack, models.PROTECT, null=True, related_name="messages", verbose_name="berkas arsip"
    )
    pack_at = models.PositiveIntegerField("letak dalam arsip", null=True)
    pack_body = models.PositiveIntegerField("panjang isi", null=True)
    pack_answer = models.PositiveIntegerField("panjang jawaban", null=True)

    class Meta:
        verbose_name = "pesan masuk"
        verbose_name_plural = "pesan masuk"
        indexes = [
            models.Index(fields=["service", "id"], condition=Q(state="accepted"), name="inbox_pending"),
            models.Index(fields=["partner", "-id"], name="inbox_by_partner"),
            models.Index(
                fields=["received_at"], condition=Q(state__in=["received", "refused"]), name="inbox_unproven"
            ),
            models.Index(
                fields=["received_at"],
                condition=Q(state__in=["processed", "repeated"], body__isnull=False),
                name="inbox_active",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="inbox_packed_says_where",
                condition=Q(pack=None, pack_at=None, pack_body=None, pack_answer=None)
                | Q(pack__isnull=False, pack_at__isnull=False, pack_body__isnull=False)
                & Q(pack_answer__isnull=False, body=None, answer=None),
            ),
            models.CheckConstraint(
                name="inbox_accepted_has_its_partner",
                condition=~Q(state__in=["accepted", "processed"])
                | Q(partner__isnull=False, verdict__startswith="2")
                | Q(partner__isnull=False, verdict__regex=r"^4\d{2}2[45]", state="processed"),
            ),
            models.CheckConstraint(
                name="inbox_processed_has_its_outcome",
                condition=Q(state="processed", processed_at__isnull=False) & ~Q(outcome="")
                | ~Q(state="processed") & Q(processed_at=None, outcome=""),
            ),
            models.CheckConstraint(
                name="inbox_refused_has_its_code",
                condition=~Q(state="refused") | Q(verdict__regex=r"^[345]\d{6}$"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.received_at:%Y-%m-%d %H:%M:%S} {self.verdict or self.state}"


class ReplayClaim(models.Model):
    """A bank used this X-EXTERNAL-ID on this WIB day: taken once, after the signature passed."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+")
    day = models.DateField("hari (WIB)")
    external_id = models.CharField("X-EXTERNAL-ID", max_length=36)
    message = models.OneToOneField(InboxMessage, models.PROTECT, related_name="claim")

    class Meta:
        verbose_name = "nomor pesan terpakai"
        verbose_name_plural = "nomor pesan terpakai"
        constraints = [
            models.UniqueConstraint(fields=["partner", "day", "external_id"], name="external_id_once_per_day")
        ]


class OutgoingCall(models.Model):
    """One HTTP call to a bank: written and committed before it leaves, closed with what came back."""

    class State(models.TextChoices):
        SENT = "sent", "Belum ada jawaban"
        SUCCESS = "success", "Berhasil"
        REFUSED = "refused", "Ditolak bank"
        UNKNOWN = "unknown", "Tidak pasti"

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="calls", verbose_name="mitra bank")
    service = models.CharField("layanan", max_length=2)
    external_id = models.CharField("X-EXTERNAL-ID", max_length=36, blank=True)
    reference = models.CharField("nomor rujukan", max_length=64, blank=True)
    retry_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    request = models.BinaryField("isi permintaan (terenkripsi)", null=True)
    asked_at = models.DateTimeField("diminta pada")
    sent_at = models.DateTimeField("dikirim pada", help_text="menurut jam kami, seperti X-TIMESTAMP")
    state = models.CharField("keadaan", max_length=7, choices=State, default=State.SENT)
    http_status = models.PositiveSmallIntegerField("status HTTP", null=True)
    response_code = models.CharField("kode jawaban", max_length=7, blank=True)
    response = models.BinaryField("isi jawaban (terenkripsi)", null=True)
    reason = models.CharField("keterangan", max_length=200, blank=True)
    duration_ms = models.PositiveIntegerField("lama", null=True, help_text="milidetik")

    class Meta:
        verbose_name = "panggilan ke bank"
        verbose_name_plural = "panggilan ke bank"
        indexes = [
            models.Index(fields=["partner", "-id"], name="call_by_partner"),
            models.Index(fields=["reference"], condition=~Q(reference=""), name="call_by_reference"),
        ]
        constraints = [
            models.CheckConstraint(
                name="call_success_has_its_code",
                condition=~Q(state="success")
                | Q(response_code__startswith="2", http_status__isnull=False, http_status__gte=200),
            )
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.external_id} {self.state}"
