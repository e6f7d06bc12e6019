"""Data asked of an agency or of a body outside the province's government, and what happened to it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class DataRequest(models.Model):
    """What was asked, of whom, for which period, by when. ``answer`` is the last one given."""

    class State(models.TextChoices):
        OPEN = "open", "Menunggu jawaban"
        ANSWERED = "answered", "Menunggu diperiksa"
        ACCEPTED = "accepted", "Diterima"
        WITHDRAWN = "withdrawn", "Dibatalkan"

    opd = models.ForeignKey("opd.Opd", models.PROTECT, null=True, related_name="+", verbose_name="OPD")
    body = models.CharField("lembaga luar", max_length=160, blank=True)
    subject = models.CharField("data yang diminta", max_length=200)
    period = models.CharField("masa data", max_length=80)
    note = models.CharField("keterangan", max_length=1000, blank=True)
    due_on = models.DateField("tenggat")
    state = models.CharField("keadaan", max_length=9, choices=State, default=State.OPEN)
    answer = models.CharField("jawaban", max_length=2000, blank=True)
    answered_on = models.DateField("dijawab", null=True)
    asked_at = models.DateTimeField("diminta")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="diminta oleh"
    )

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = "permintaan data"
        verbose_name_plural = "permintaan data"
        indexes = [models.Index(fields=["state", "due_on"], name="secretariat_request_by_due")]
        constraints = [
            models.CheckConstraint(
                name="secretariat_request_asks_one",
                condition=Q(opd__isnull=False, body="") | Q(opd=None) & ~Q(body=""),
                violation_error_message="Pilih satu OPD atau tulis satu lembaga.",
            ),
            models.CheckConstraint(
                name="secretariat_request_answer_whole",
                condition=Q(state__in=["open", "withdrawn"])
                | Q(state__in=["answered", "accepted"], answered_on__isnull=False) & ~Q(answer=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.period})"

    @property
    def asked(self) -> str:
        return self.opd.name if self.opd else self.body

    @property
    def tone(self) -> str:
        return {"open": "wait", "answered": "wait", "accepted": "ok"}.get(self.state, "quiet")


class RequestEvent(models.Model):
    """What happened to a request; a reminder has its printed letter. Only grows."""

    class Kind(models.TextChoices):
        ASKED = "asked", "Diminta"
        ANSWERED = "answered", "Dijawab"
        SENT_BACK = "sent_back", "Dikembalikan"
        ACCEPTED = "accepted", "Diterima"
        WITHDRAWN = "withdrawn", "Dibatalkan"
        REMINDED = "reminded", "Surat pengingat terbit"

    request = models.ForeignKey(DataRequest, models.PROTECT, related_name="events", verbose_name="permintaan")
    kind = models.CharField("peristiwa", max_length=9, choices=Kind)
    text = models.CharField("keterangan", max_length=2000, blank=True)
    document = models.ForeignKey(
        "office.Document", models.PROTECT, null=True, related_name="+", verbose_name="surat"
    )
    at = models.DateTimeField("waktu")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")

    class Meta:
        ordering = ["request", "at", "pk"]
        verbose_name = "peristiwa permintaan"
        verbose_name_plural = "peristiwa permintaan"

    def __str__(self) -> str:
        return f"{self.request_id}: {self.kind}"
