"""The team as a decree set it up: seats by office (Permendagri 56/2021 Pasal 2 (3)) and who holds them."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opd.dated import in_force


class Position(models.TextChoices):
    CHAIR = "chair", "Ketua"
    VICE = "vice", "Wakil ketua"
    EXECUTIVE = "executive", "Ketua pelaksana harian"
    SECRETARY = "secretary", "Sekretaris"
    MEMBER = "member", "Anggota"


class Decree(models.Model):
    """A Keputusan Gubernur that forms the team; both dates of validity are inclusive WIB days."""

    number = models.CharField("nomor", max_length=100, unique=True)
    decree_date = models.DateField("tanggal keputusan")
    about = models.CharField("tentang", max_length=300)
    valid_from = models.DateField("berlaku sejak")
    valid_to = models.DateField("berlaku sampai", null=True)
    at = models.DateTimeField("dicatat")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")

    class Meta:
        ordering = ["-valid_from", "-pk"]
        verbose_name = "keputusan TP2DD"
        verbose_name_plural = "keputusan TP2DD"
        constraints = [
            models.UniqueConstraint(
                fields=["valid_to"], condition=Q(valid_to=None), nulls_distinct=False,
                name="secretariat_decree_one_open",
            ),
            models.CheckConstraint(
                name="secretariat_decree_dates", condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from"))
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Keputusan Gubernur {self.number}"


class Seat(models.Model):
    """A place in the team that belongs to an office; ``by_law`` where Pasal 2 (3) names it."""

    decree = models.ForeignKey(Decree, models.PROTECT, related_name="seats", verbose_name="keputusan")
    place = models.PositiveSmallIntegerField("urutan")
    position = models.CharField("kedudukan", max_length=10, choices=Position)
    office = models.CharField("jabatan", max_length=200)
    by_law = models.BooleanField("menurut peraturan", default=False)

    class Meta:
        ordering = ["decree", "place"]
        verbose_name = "kedudukan TP2DD"
        verbose_name_plural = "kedudukan TP2DD"
        constraints = [
            models.UniqueConstraint(fields=["decree", "place"], name="secretariat_seat_place_once"),
            models.UniqueConstraint(fields=["decree", "office"], name="secretariat_seat_office_once"),
            models.CheckConstraint(
                name="secretariat_seat_position", condition=Q(position__in=Position.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_position_display()}: {self.office}"


class HolderQuerySet(models.QuerySet["Holder"]):
    def valid(self, *, on: date) -> HolderQuerySet:
        return self.filter(in_force(on))


class Holder(models.Model):
    """Who held a seat between two inclusive WIB days; a successor ends the days of whoever came before."""

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="holders", verbose_name="kedudukan")
    name = models.CharField("nama", max_length=120)
    nip = models.CharField("NIP", max_length=18, blank=True)
    valid_from = models.DateField("sejak")
    valid_to = models.DateField("sampai", null=True)
    at = models.DateTimeField("dicatat")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="oleh")

    objects = HolderQuerySet.as_manager()

    class Meta:
        ordering = ["seat", "-valid_from"]
        verbose_name = "pemegang kedudukan"
        verbose_name_plural = "pemegang kedudukan"
        constraints = [
            models.UniqueConstraint(
                fields=["seat"], condition=Q(valid_to=None), name="secretariat_holder_one_open"
            ),
            models.CheckConstraint(
                name="secretariat_holder_dates", condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from"))
            ),
            models.CheckConstraint(
                name="secretariat_holder_nip", condition=Q(nip="") | Q(nip__regex=r"^\d{18}$")
            ),
        ]

    def __str__(self) -> str:
        return self.name
