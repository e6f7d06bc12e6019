"""The invented issuer's cards: government credit cards with their bills, and e-money. Never a full number."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q

from payments.sandbox.models.accounts import Account
from payments.sandbox.models.transfers import Transfer


class MaskedCard(models.Model):
    """The first six and the last four digits are all that is kept of a card's number."""

    first6 = models.CharField(max_length=6)
    last4 = models.CharField(max_length=4)
    holder = models.CharField(max_length=60)

    class Meta:
        abstract = True

    @property
    def masked(self) -> str:
        """As files have it: ``526422******1234``."""
        return f"{self.first6}******{self.last4}"

    @property
    def shown(self) -> str:
        """As screens have it: ``5264 22•• •••• 1234``."""
        return f"{self.first6[:4]} {self.first6[4:]}•• •••• {self.last4}"


class Card(MaskedCard):
    """A government credit card (KKPD) of the invented issuing bank."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Aktif"
        BLOCKED = "blocked", "Diblokir"
        EXPIRED = "expired", "Habis masa berlaku"

    owner = models.CharField(max_length=40)
    limit = models.DecimalField(max_digits=18, decimal_places=2)
    status = models.CharField(max_length=7, choices=Status, default=Status.ACTIVE)

    class Meta:
        ordering = ["owner", "first6", "last4"]
        constraints = [
            models.UniqueConstraint(fields=["first6", "last4"], name="one_card_per_mask"),
            models.CheckConstraint(name="card_limit_positive", condition=Q(limit__gt=0)),
        ]

    def __str__(self) -> str:
        return self.masked


class CardBill(models.Model):
    """A bill ("Daftar Tagihan Sementara") as it was given out. What was paid is read from the transfers."""

    number = models.CharField(max_length=30, unique=True)
    owner = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    due_date = models.DateField()
    total = models.DecimalField(max_digits=18, decimal_places=2)
    content = models.TextField()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [models.CheckConstraint(name="bill_total_positive", condition=Q(total__gt=0))]

    def __str__(self) -> str:
        return self.number


class CardTransaction(models.Model):
    """A purchase with a card, on one bill at most."""

    class Way(models.TextChoices):
        EDC = "EDC", "Mesin EDC"
        QRIS = "QRIS", "QRIS"

    card = models.ForeignKey(Card, models.PROTECT, related_name="transactions")
    transaction_date = models.DateField()
    posting_date = models.DateField()
    merchant = models.CharField(max_length=60)
    mcc = models.CharField(max_length=4)
    way = models.CharField(max_length=4, choices=Way)
    rrn = models.CharField(max_length=12, unique=True)
    authorization_code = models.CharField(max_length=6)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    note = models.CharField(max_length=100, blank=True)
    bill = models.ForeignKey(CardBill, models.PROTECT, null=True, related_name="transactions")
    key = models.UUIDField(null=True, unique=True)
    transfer = models.OneToOneField(Transfer, models.PROTECT, null=True, related_name="card_transaction")

    class Meta:
        ordering = ["transaction_date", "pk"]
        constraints = [
            models.CheckConstraint(name="card_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="card_rrn_twelve_digits", condition=Q(rrn__regex=r"^[0-9]{12}$")),
        ]

    def __str__(self) -> str:
        return self.rrn


class EmoneyCard(MaskedCard):
    """A stored-value card; its balance is the last entry's."""

    issuer = models.CharField(max_length=40)
    balance = models.DecimalField(max_digits=18, decimal_places=2, default=Decimal(0))

    class Meta:
        ordering = ["first6", "last4"]
        constraints = [
            models.UniqueConstraint(fields=["first6", "last4"], name="one_emoney_card_per_mask"),
            models.CheckConstraint(name="emoney_never_below_zero", condition=Q(balance__gte=0)),
        ]

    def __str__(self) -> str:
        return self.masked


class EmoneyEntry(models.Model):
    """One line of a card's history; ``balance`` is the card's after it."""

    class Kind(models.TextChoices):
        TOPUP = "TOPUP", "Isi ulang"
        BUY = "BELI", "Belanja"
        WITHDRAW = "TARIK", "Tarik saldo"

    card = models.ForeignKey(EmoneyCard, models.PROTECT, related_name="entries")
    at = models.DateTimeField()
    kind = models.CharField(max_length=5, choices=Kind)
    merchant = models.CharField(max_length=60, blank=True)
    terminal = models.CharField(max_length=16, blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    balance = models.DecimalField(max_digits=18, decimal_places=2)
    reference_no = models.CharField(max_length=25, unique=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="emoney_entries")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="emoney_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="emoney_entry_never_below_zero", condition=Q(balance__gte=0)),
        ]

    def __str__(self) -> str:
        return self.reference_no
