"""Who acts: people, agencies (dated, since they merge and split) and the roles a decree gives."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q, QuerySet
from django.utils import timezone

from opd.dated import in_force


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in. Rights come from role assignments alone: there is no superuser."""

    username = models.CharField(
        "nama pengguna", max_length=60, unique=True, validators=[UnicodeUsernameValidator()]
    )
    name = models.CharField("nama lengkap", max_length=120)
    nip = models.CharField("NIP", max_length=18, blank=True, help_text="18 angka; kosong bila bukan ASN")
    email = models.EmailField("surel", blank=True)
    is_active = models.BooleanField("aktif", default=True)
    is_demo = models.BooleanField("akun demo", default=False, editable=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "pengguna"
        verbose_name_plural = "pengguna"
        constraints = [
            models.CheckConstraint(
                name="user_nip_18_digits",
                condition=Q(nip="") | Q(nip__regex=r"^\d{18}$"),
                violation_error_message="NIP terdiri dari 18 angka.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ", 1)[0]


class OpdQuerySet(models.QuerySet["Opd"]):
    def valid(self, *, on: date) -> Self:
        return self.filter(in_force(on))


class Opd(models.Model):
    """An agency (perangkat daerah) while one structure was in force; both dates are inclusive days in WIB."""

    code = models.CharField("kode", max_length=40)
    name = models.CharField("nama", max_length=200)
    short_name = models.CharField("singkatan", max_length=60)
    valid_from = models.DateField("berlaku sejak")
    valid_to = models.DateField("berlaku sampai", null=True, blank=True)
    legal_basis = models.CharField("dasar hukum", max_length=200, blank=True)
    successors = models.ManyToManyField(
        "self", symmetrical=False, related_name="predecessors", blank=True, verbose_name="penerus"
    )

    objects = OpdQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = "OPD"
        verbose_name_plural = "OPD"
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="opd_code_once_per_start"),
            models.CheckConstraint(
                name="opd_dates_in_order",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="Tanggal akhir tidak boleh mendahului tanggal mulai.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", "Administrator"
    BENDAHARA_PENERIMAAN = "bendahara_penerimaan", "Bendahara penerimaan"
    KUASA_BUD = "kuasa_bud", "Kuasa BUD"
    AUDITOR = "auditor", "Auditor"
    TP2DD_MEMBER = "tp2dd_member", "Anggota TP2DD"
    PA = "pa", "Pengguna Anggaran"
    KPA = "kpa", "Kuasa Pengguna Anggaran"
    PPTK = "pptk", "PPTK"
    PPK_OPD = "ppk_opd", "PPK-OPD"
    BENDAHARA_PENGELUARAN = "bendahara_pengeluaran", "Bendahara pengeluaran"
    BENDAHARA_PENGELUARAN_PEMBANTU = "bendahara_pengeluaran_pembantu", "Bendahara pengeluaran pembantu"
    PEMEGANG_KKPD = "pemegang_kkpd", "Pemegang KKPD"
    ADMINISTRATOR_KKPD = "administrator_kkpd", "Administrator KKPD"
    PEGAWAI = "pegawai", "Pegawai pemegang uang elektronik"
    PETUGAS_LOKET = "petugas_loket", "Petugas loket"
    PETUGAS_GERBANG = "petugas_gerbang", "Petugas gerbang"
    SEKRETARIS_TP2DD = "sekretaris_tp2dd", "Sekretaris TP2DD"
    PENINJAU_BI = "peninjau_bi", "Peninjau Bank Indonesia"
    PERENCANA = "perencana", "Perencana (Bappeda)"
    SEKDA = "sekda", "Sekretaris Daerah"


OPD_ROLES = frozenset({
    *(Role.BENDAHARA_PENERIMAAN, Role.PA, Role.KPA, Role.PPTK, Role.PPK_OPD, Role.BENDAHARA_PENGELUARAN),
    *(Role.BENDAHARA_PENGELUARAN_PEMBANTU, Role.PEMEGANG_KKPD, Role.ADMINISTRATOR_KKPD, Role.PEGAWAI),
    Role.PETUGAS_LOKET, Role.PETUGAS_GERBANG,
})  # fmt: skip
"""Roles that a decree gives for one agency; the others reach over the whole province."""


class Capacity(models.TextChoices):
    """In what capacity a person fills an office (UU 30/2014 Pasal 14: Plh, Plt)."""

    DEFINITIVE = "definitive", "Definitif"
    PLT = "plt", "Pelaksana tugas (Plt.)"
    PLH = "plh", "Pelaksana harian (Plh.)"


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def valid(self, *, on: date) -> Self:
        return self.filter(in_force(on))

    def with_named(self) -> QuerySet[Any]:
        """Each with ``named``: the ids of the agencies that a letter of assignment names, none for all."""
        letters = LetterAgency.objects.filter(assignment=OuterRef("pk")).order_by("opd")
        return self.annotate(named=ArraySubquery(letters.values("opd")))


class RoleAssignment(models.Model):
    """A role by decree (SK) between two inclusive days in WIB; never deleted, only ended."""

    user = models.ForeignKey(User, models.PROTECT, related_name="role_assignments", verbose_name="pengguna")
    role = models.CharField("peran", max_length=40, choices=Role)
    capacity = models.CharField(
        "kedudukan",
        max_length=10,
        choices=Capacity,
        default=Capacity.DEFINITIVE,
        db_default=Capacity.DEFINITIVE,
    )
    opd = models.ForeignKey(Opd, models.PROTECT, null=True, blank=True, verbose_name="OPD")
    decree_number = models.CharField("nomor SK", max_length=100)
    decree_date = models.DateField("tanggal SK")
    valid_from = models.DateField("berlaku sejak")
    valid_to = models.DateField("berlaku sampai", null=True, blank=True)

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "pk"]
        verbose_name = "penetapan peran"
        verbose_name_plural = "penetapan peran"
        constraints = [
            models.CheckConstraint(
                name="role_dates_in_order",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="Tanggal akhir tidak boleh mendahului tanggal mulai.",
            ),
            models.CheckConstraint(
                name="opd_role_names_its_opd",
                condition=(
                    Q(role__in=sorted(str(role) for role in OPD_ROLES), opd__isnull=False)
                    | (~Q(role__in=sorted(str(role) for role in OPD_ROLES)) & Q(opd__isnull=True))
                ),
                violation_error_message="Peran di OPD menyebut OPD-nya; peran tingkat provinsi tidak.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.user}"

    @property
    def title(self) -> str:
        """The office as documents print it: "Plt. Pengguna Anggaran"."""
        label = Role(self.role).label
        return label if self.capacity == Capacity.DEFINITIVE else f"{self.capacity.capitalize()}. {label}"


class LetterAgency(models.Model):
    """An agency that an auditor's letter of assignment names. A letter that names none reaches the province.

    Append-only: a letter that reaches elsewhere is another letter.
    """

    assignment = models.ForeignKey(
        RoleAssignment, models.PROTECT, related_name="agencies", verbose_name="surat tugas"
    )
    opd = models.ForeignKey(Opd, models.PROTECT, related_name="+", verbose_name="OPD")

    class Meta:
        ordering = ["opd__name"]
        verbose_name = "OPD dalam surat tugas"
        verbose_name_plural = "OPD dalam surat tugas"
        constraints = [
            models.UniqueConstraint(fields=["assignment", "opd"], name="letter_names_an_agency_once")
        ]

    def __str__(self) -> str:
        return str(self.opd)


class AuditEvent(models.Model):
    """Who did what, when, from which state to which. Append-only: the database refuses any change."""

    at = models.DateTimeField("waktu", db_index=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, verbose_name="oleh")
    action = models.CharField("tindakan", max_length=60)
    subject_type = models.CharField("jenis objek", max_length=60)
    subject_id = models.CharField("objek", max_length=80)
    before = models.JSONField("sebelum", null=True, blank=True)
    after = models.JSONField("sesudah", null=True, blank=True)
    reason = models.CharField("alasan", max_length=300, blank=True)
    xid = models.BigIntegerField("nomor transaksi basis data", editable=False, db_index=True)

    class Meta:
        verbose_name = "jejak audit"
        verbose_name_plural = "jejak audit"
        indexes = [models.Index(fields=["subject_type", "subject_id", "at"], name="audit_by_subject")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject_type}:{self.subject_id}"
