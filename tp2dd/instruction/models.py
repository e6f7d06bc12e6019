"""An instruction, its points, whom it addresses, and what each agency said and proved.

``migrations/0002_guards_and_rules.py`` holds what the database itself refuses: an issued instruction, its
points and its addressees never change; acknowledgements, events and reminders are only added.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tp2dd.instruction.compliance import Claim as Claim
from tp2dd.rollout.models import Channel


class State(models.TextChoices):
    DRAFT = "draft", "Konsep"
    ISSUED = "issued", "Berlaku"
    CLOSED = "closed", "Ditutup"
    REPLACED = "replaced", "Diganti"
    DROPPED = "dropped", "Batal terbit"


class Measure(models.TextChoices):
    """How it is seen that an agency has done a point."""

    REPORT = "report", "Laporan OPD dengan bukti"
    CHANNEL = "channel", "Kanal sudah diuji coba atau wajib"
    SHARE = "share", "Porsi belanja nontunai"
    TAKINGS = "takings", "Penerimaan QRIS pertama"
    CARDS = "cards", "Kartu KKPD sudah dipakai"


STATES = [str(state) for state in State]


class Instruction(models.Model):
    """A letter of the Sekda. Once issued it stays as it is; another one may replace it, or it is closed."""

    number = models.CharField("nomor", max_length=100)
    day = models.DateField("tanggal")
    subject = models.CharField("perihal", max_length=200)
    content = models.TextField("isi", max_length=4000)
    legal_basis = models.CharField("dasar", max_length=400)
    deadline = models.DateField("batas waktu")
    state = models.CharField("keadaan", max_length=8, choices=State, default=State.DRAFT)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="replacements", verbose_name="menggantikan"
    )
    letters = models.JSONField("sidik surat terpindai", default=list)
    digest = models.CharField("sidik isi", max_length=64, blank=True)
    drafted_at = models.DateTimeField("disusun pada")
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="disusun oleh"
    )
    issued_at = models.DateTimeField("diterbitkan pada", null=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="diterbitkan oleh"
    )
    ended_at = models.DateTimeField("berakhir pada", null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="diakhiri oleh"
    )
    ending = models.CharField("catatan akhir", max_length=1000, blank=True)
    brief = models.ForeignKey(
        "office.Document", models.PROTECT, null=True, related_name="+", verbose_name="ringkasan akhir"
    )

    class Meta:
        ordering = ["-day", "-pk"]
        verbose_name = "instruksi"
        verbose_name_plural = "instruksi"
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                condition=~Q(state__in=["draft", "dropped"]),
                name="instruction_number_once",
                violation_error_message="Nomor ini sudah dipakai instruksi lain.",
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=~Q(state__in=["draft", "dropped"]),
                name="instruction_replaced_once",
            ),
            models.CheckConstraint(
                name="instruction_deadline_after_day",
                condition=Q(deadline__gte=F("day")),
                violation_error_message="Batas waktu tidak boleh mendahului tanggal instruksi.",
            ),
            models.CheckConstraint(
                name="instruction_issued_has_time",
                condition=Q(state__in=["draft", "dropped"], issued_at=None, digest="")
                | Q(
                    state__in=["issued", "closed", "replaced"],
                    issued_at__isnull=False,
                    digest__regex="^[0-9a-f]{64}$",
                ),
            ),
            models.CheckConstraint(
                name="instruction_ended_has_time",
                condition=Q(state__in=["draft", "issued"], ended_at=None)
                | Q(state__in=["closed", "replaced", "dropped"], ended_at__isnull=False) & ~Q(ending=""),
            ),
            models.CheckConstraint(name="instruction_state_known", condition=Q(state__in=STATES)),
        ]

    def __str__(self) -> str:
        return f"Instruksi {self.number}"

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT

    @property
    def is_open(self) -> bool:
        """Whether agencies still answer to it."""
        return self.state == State.ISSUED

    @property
    def tone(self) -> str:
        return {State.DRAFT: "wait", State.ISSUED: "ok"}.get(State(self.state), "quiet")


class Point(models.Model):
    """One thing to do until a day. ``channel`` belongs to the measure of a channel, ``target`` (per cent of
    the rupiah spent) to that of the share."""

    instruction = models.ForeignKey(
        Instruction, models.PROTECT, related_name="points", verbose_name="instruksi"
    )
    serial = models.PositiveSmallIntegerField("butir")
    text = models.CharField("isi butir", max_length=500)
    deadline = models.DateField("batas waktu")
    measure = models.CharField("diukur dari", max_length=8, choices=Measure)
    channel = models.CharField("kanal", max_length=6, choices=Channel, blank=True)
    target = models.PositiveSmallIntegerField("paling sedikit (persen)", null=True)

    class Meta:
        ordering = ["instruction", "serial"]
        verbose_name = "butir instruksi"
        verbose_name_plural = "butir instruksi"
        constraints = [
            models.UniqueConstraint(fields=["instruction", "serial"], name="instruction_point_once"),
            models.CheckConstraint(
                name="instruction_point_says_what", condition=~Q(text="") & Q(serial__gte=1)
            ),
            models.CheckConstraint(
                name="instruction_point_measurable",
                condition=Q(measure="channel", target=None) & ~Q(channel="")
                | Q(measure="share", channel="", target__gte=1, target__lte=100)
                | Q(measure__in=["report", "takings", "cards"], channel="", target=None),
                violation_error_message="Sebut kanalnya, atau persennya, sesuai cara ukur.",
            ),
        ]

    def __str__(self) -> str:
        return f"Butir {self.serial}"

    @property
    def measured_by(self) -> str:
        """The measure in words, with its channel or target."""
        label = str(Measure(self.measure).label)
        if self.channel:
            return f"{label}: {self.get_channel_display()}"
        return f"{label}, paling sedikit {self.target} %" if self.target else label


class Addressee(models.Model):
    instruction = models.ForeignKey(
        Instruction, models.PROTECT, related_name="addressees", verbose_name="instruksi"
    )
    opd = models.ForeignKey("opd.Opd", models.PROTECT, related_name="+", verbose_name="OPD")

    class Meta:
        ordering = ["instruction", "opd__name"]
        verbose_name = "OPD yang dituju"
        verbose_name_plural = "OPD yang dituju"
        constraints = [
            models.UniqueConstraint(fields=["instruction", "opd"], name="instruction_addressed_once")
        ]

    def __str__(self) -> str:
        return f"{self.instruction}: {self.opd}"


class Acknowledgement(models.Model):
    """The head of an agency says that the instruction was received and understood. Only grows, once each."""

    addressee = models.OneToOneField(
        Addressee, models.PROTECT, related_name="acknowledgement", verbose_name="OPD yang dituju"
    )
    at = models.DateTimeField("waktu")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")
    title = models.CharField("jabatan", max_length=120)
    note = models.CharField("catatan", max_length=500, blank=True)

    class Meta:
        ordering = ["at"]
        verbose_name = "pernyataan terima"
        verbose_name_plural = "pernyataan terima"

    def __str__(self) -> str:
        return f"{self.addressee}: {self.at}"


class DutyState(models.TextChoices):
    OPEN = "open", "Belum dilaporkan"
    REPORTED = "reported", "Menunggu diperiksa"
    RETURNED = "returned", "Dikembalikan"
    ACCEPTED = "accepted", "Diterima"


class Duty(models.Model):
    """One point for one agency, made when the instruction is issued. ``claim`` and ``reported_on`` are those
    of the last report; ``DutyEvent`` tells the whole story."""

    addressee = models.ForeignKey(
        Addressee, models.PROTECT, related_name="duties", verbose_name="OPD yang dituju"
    )
    point = models.ForeignKey(Point, models.PROTECT, related_name="duties", verbose_name="butir")
    state = models.CharField("keadaan", max_length=8, choices=DutyState, default=DutyState.OPEN)
    claim = models.CharField(
        "menurut OPD", max_length=6, choices=[(str(c), c.label) for c in Claim], blank=True
    )
    reported_on = models.DateField("dilaporkan tanggal", null=True)

    class Meta:
        ordering = ["addressee", "point__serial"]
        verbose_name = "kewajiban OPD"
        verbose_name_plural = "kewajiban OPD"
        constraints = [
            models.UniqueConstraint(fields=["addressee", "point"], name="instruction_duty_once"),
            models.CheckConstraint(
                name="instruction_duty_reported_says_when",
                condition=Q(state="open", claim="", reported_on=None)
                | Q(state__in=["reported", "returned", "accepted"], reported_on__isnull=False) & ~Q(claim=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.addressee}, {self.point}"

    @property
    def may_be_reported(self) -> bool:
        return self.state in {DutyState.OPEN, DutyState.RETURNED}

    @property
    def label(self) -> str:
        """Its state as a person of the agency reads it."""
        if self.state == DutyState.OPEN and self.point.measure != Measure.REPORT:
            return "Diukur dari data"
        return str(DutyState(self.state).label)


class DutyEvent(models.Model):
    """A report, or what was decided about it. Only grows. ``evidence``: the SHA-256 that stood attached."""

    class Kind(models.TextChoices):
        REPORTED = "reported", "Dilaporkan OPD"
        RETURNED = "returned", "Dikembalikan"
        ACCEPTED = "accepted", "Diterima"

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="events", verbose_name="kewajiban")
    kind = models.CharField("peristiwa", max_length=8, choices=Kind)
    claim = models.CharField(
        "menurut OPD", max_length=6, choices=[(str(c), c.label) for c in Claim], blank=True
    )
    text = models.CharField("keterangan", max_length=1000)
    evidence = models.JSONField("bukti", default=list)
    at = models.DateTimeField("waktu")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")

    class Meta:
        ordering = ["duty", "at", "pk"]
        verbose_name = "peristiwa kewajiban"
        verbose_name_plural = "peristiwa kewajiban"

    def __str__(self) -> str:
        return f"{self.duty_id}: {self.kind}"


class Reminder(models.Model):
    """A numbered letter that reminded an agency of what it lacked that day. Only grows."""

    addressee = models.ForeignKey(
        Addressee, models.PROTECT, related_name="reminders", verbose_name="OPD yang dituju"
    )
    serial = models.PositiveSmallIntegerField("ke-")
    document = models.OneToOneField("office.Document", models.PROTECT, related_name="+", verbose_name="surat")
    day = models.DateField("hari")
    at = models.DateTimeField("waktu")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")

    class Meta:
        ordering = ["addressee", "serial"]
        verbose_name = "surat pengingat"
        verbose_name_plural = "surat pengingat"
        constraints = [
            models.UniqueConstraint(fields=["addressee", "serial"], name="instruction_reminder_once"),
            models.UniqueConstraint(
                fields=["addressee", "day"],
                name="instruction_reminder_once_a_day",
                violation_error_message="OPD ini sudah diingatkan hari ini.",
            ),
        ]

    def __str__(self) -> str:
        return f"Pengingat ke-{self.serial} {self.addressee}"
