"""Who reads the API, with which tokens, and what webhooks were told to whom.

A token is known by its SHA-256 alone. Attempts are append-only (``0002_guards``). Days are WIB, inclusive.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opd.office.ids import uuid7
from tp2dd.api.scopes import EVENT_LABELS, SCOPE_LABELS, EventKind, Scope


def _person(label: str, **options: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=label, **options
    )


class Consumer(models.Model):
    """Another government system that reads from us, on the ground of a letter; ``opd`` None: all agencies.

    ``addresses`` are networks in CIDR notation its calls must come from; empty: from anywhere.
    ``per_minute`` is how many calls each of its tokens may make in a clock minute.
    """

    name = models.CharField("nama sistem", max_length=120)
    purpose = models.CharField("kegunaan", max_length=300)
    owner = models.CharField("instansi pemilik", max_length=160)
    contact = models.CharField("narahubung", max_length=160)
    letter_number = models.CharField("nomor surat dasar", max_length=120)
    letter_date = models.DateField("tanggal surat")
    opd = models.ForeignKey(
        "opd.Opd", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="OPD"
    )
    valid_from = models.DateField("berlaku sejak")
    valid_to = models.DateField("berlaku sampai")
    addresses = models.JSONField("alamat yang boleh", default=list, blank=True)
    per_minute = models.PositiveIntegerField("panggilan per menit", default=120)
    registered_at = models.DateTimeField("didaftarkan")
    registered_by = _person("didaftarkan oleh")
    closed_at = models.DateTimeField("ditutup", null=True, blank=True)
    close_reason = models.CharField("alasan ditutup", max_length=300, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = "sistem pembaca"
        verbose_name_plural = "sistem pembaca"
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                name="api_consumer_once",
                violation_error_message="Sistem dengan nama ini sudah terdaftar.",
            ),
            models.CheckConstraint(
                name="api_consumer_dates_in_order",
                condition=Q(valid_to__gte=F("valid_from")),
                violation_error_message="Tanggal akhir tidak boleh mendahului tanggal mulai.",
            ),
            models.CheckConstraint(name="api_consumer_rate", condition=Q(per_minute__gte=1)),
            models.CheckConstraint(
                name="api_consumer_closed_has_reason", condition=Q(closed_at=None) | ~Q(close_reason="")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_open(self, *, on: date) -> bool:
        return self.closed_at is None and self.valid_from <= on <= self.valid_to


class AccessToken(models.Model):
    """A consumer's key, shown once. ``hint`` is its public beginning, by which people tell tokens apart."""

    consumer = models.ForeignKey(Consumer, models.PROTECT, related_name="tokens", verbose_name="sistem")
    label = models.CharField("nama token", max_length=80)
    digest = models.BinaryField("sidik", max_length=32, unique=True)
    hint = models.CharField("awalan", max_length=12)
    scopes = models.JSONField("lingkup")
    issued_at = models.DateTimeField("dibuat")
    issued_by = _person("dibuat oleh")
    expires_at = models.DateTimeField("berakhir")
    revoked_at = models.DateTimeField("dicabut", null=True, blank=True)
    revoke_reason = models.CharField("alasan dicabut", max_length=300, blank=True)

    class Meta:
        ordering = ["-issued_at", "-pk"]
        verbose_name = "token akses"
        verbose_name_plural = "token akses"
        constraints = [
            models.CheckConstraint(name="api_key_ends_later", condition=Q(expires_at__gt=F("issued_at"))),
            models.CheckConstraint(
                name="api_key_revoked_has_reason", condition=Q(revoked_at=None) | ~Q(revoke_reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.hint}…)"

    @property
    def scope_labels(self) -> list[str]:
        return [SCOPE_LABELS[Scope(word)] for word in self.scopes]

    def standing(self, at: datetime) -> str:
        """active, expired or revoked."""
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at <= at else "active"


class Use(models.Model):
    """How often a token was used in one clock minute (UTC): the rate limit and "last used" read it."""

    access = models.ForeignKey(
        AccessToken, models.CASCADE, related_name="uses", verbose_name="token akses", db_index=False
    )
    minute = models.DateTimeField("menit")
    calls = models.PositiveIntegerField("panggilan", default=1)

    class Meta:
        verbose_name = "pemakaian token"
        verbose_name_plural = "pemakaian token"
        indexes = [models.Index(fields=["minute"], name="api_use_by_minute")]
        constraints = [models.UniqueConstraint(fields=["access", "minute"], name="api_use_once")]

    def __str__(self) -> str:
        return f"{self.access_id} {self.minute:%Y-%m-%d %H:%M}: {self.calls}"


class Subscription(models.Model):
    """Where a consumer is told of events, and which. ``sealed_secret`` is encrypted with FIELD_KEYS.

    ``networks`` narrows the addresses (CIDR) that the URL's host may resolve to when a webhook is sent.
    Events of transactions from ``from_xid`` on are told; ``ended_*``: nothing is sent any more.
    """

    consumer = models.ForeignKey(
        Consumer, models.PROTECT, related_name="subscriptions", verbose_name="sistem"
    )
    url = models.URLField("alamat tujuan", max_length=300)
    events = models.JSONField("kejadian")
    networks = models.JSONField("jaringan yang boleh", default=list, blank=True)
    sealed_secret = models.BinaryField("rahasia (terenkripsi)")
    from_xid = models.BigIntegerField("sejak transaksi", editable=False)
    created_at = models.DateTimeField("dibuat")
    created_by = _person("dibuat oleh")
    ended_at = models.DateTimeField("dihentikan", null=True, blank=True)
    end_reason = models.CharField("alasan dihentikan", max_length=300, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = "langganan webhook"
        verbose_name_plural = "langganan webhook"
        constraints = [
            models.CheckConstraint(
                name="api_subscription_ended_has_reason", condition=Q(ended_at=None) | ~Q(end_reason="")
            )
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def event_labels(self) -> list[str]:
        return [EVENT_LABELS[EventKind(word)] for word in self.events]


class Feed(models.Model):
    """How far one stream of facts has been turned into deliveries: all up to (``xid``, ``row``)."""

    stream = models.CharField("aliran", max_length=12, unique=True)
    xid = models.BigIntegerField("nomor transaksi basis data")
    row = models.BigIntegerField("baris")

    class Meta:
        verbose_name = "aliran kejadian"
        verbose_name_plural = "aliran kejadian"

    def __str__(self) -> str:
        return f"{self.stream}: {self.xid}"


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "Menunggu dikirim"
    DELIVERED = "delivered", "Diterima"
    FAILED = "failed", "Gagal"
    DROPPED = "dropped", "Tidak dikirim"


class Delivery(models.Model):
    """One event for one subscription. Its id is the ``webhook-id`` of every attempt, its body never changes.

    ``source`` names the fact behind it, so that it is planned once.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subscription = models.ForeignKey(
        Subscription, models.PROTECT, related_name="deliveries", verbose_name="langganan"
    )
    kind = models.CharField("kejadian", max_length=20, choices=[(str(k), t) for k, t in EVENT_LABELS.items()])
    source = models.CharField("asal", max_length=60)
    payment = models.ForeignKey("incoming.Payment", models.PROTECT, related_name="+", db_index=False)
    body = models.TextField("isi")
    created_at = models.DateTimeField("dibuat")
    state = models.CharField("keadaan", max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    tries = models.PositiveSmallIntegerField("percobaan", default=0)
    next_try_at = models.DateTimeField("dicoba lagi", null=True)
    asked_by = _person("dikirim ulang oleh", null=True)
    closed_at = models.DateTimeField("selesai", null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = "pengiriman webhook"
        verbose_name_plural = "pengiriman webhook"
        indexes = [
            models.Index(fields=["next_try_at"], name="api_delivery_due", condition=Q(state="waiting")),
            models.Index(fields=["subscription", "-created_at", "-id"], name="api_delivery_by_subscription"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "kind", "source"], name="api_delivery_once"),
            models.CheckConstraint(
                name="api_delivery_waiting_has_next",
                condition=Q(state="waiting", next_try_at__isnull=False, closed_at=None)
                | (~Q(state="waiting") & Q(next_try_at=None, closed_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Attempt(models.Model):
    """One try to deliver. ``status`` is the receiver's HTTP status, None where none came; append-only."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="attempts", verbose_name="pengiriman")
    at = models.DateTimeField("waktu")
    status = models.PositiveSmallIntegerField("status HTTP", null=True)
    trouble = models.CharField("halangan", max_length=200, blank=True)
    address = models.CharField("alamat IP", max_length=45, blank=True)
    duration_ms = models.PositiveIntegerField("lama (ms)")
    body_digest = models.CharField("sidik isi", max_length=64)
    by = _person("oleh", null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = "percobaan pengiriman"
        verbose_name_plural = "percobaan pengiriman"

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.status or self.trouble}"
