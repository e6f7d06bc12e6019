"""An agency with UP, a treasurer, heads, and an employee who holds a card."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count

from django.core.files.base import ContentFile
from PIL import Image

from opd.models import Opd, Role, User
from opd.office.calendar import WIB
from opd.office.verification import Law
from opd.planning.models import BudgetLine, Purse, PurseKind
from payments.emoney import services
from payments.emoney.models import Card, HistoryFile, Movement, TopUp
from payments.emoney.services import CardDraft
from payments.emoney.verification import LAWS
from payments.ledger import queries as ledger
from payments.spending import services as spending
from payments.spending.models import Spend, TreasuryAccount
from payments.spending.rules import CHECKS
from tests.opd.cast import person
from tests.planning.world import line, purses, tourism
from tests.planning.world import rp as rp

AT = datetime(2026, 6, 20, 3, 0, tzinfo=UTC)
DAY = date(2026, 6, 15)
LAST = date(2026, 12, 31)
NUMBER = "6032 98** **** 0001"
HEADER = "nomor_kartu;waktu;jenis;merchant;terminal;nilai;saldo;referensi"
_pictures = count(1)
_references = count(1)


@dataclass
class World:
    opd: Opd
    line: BudgetLine
    account: TreasuryAccount
    card: Card
    treasurer: User
    head: User
    holder: User
    verifier: User = field(repr=False, kw_only=True)

    def top_up(self, amount: int = 500_000, *, card: Card | None = None, reference: str = "") -> TopUp:
        return services.top_up(
            card_id=(card or self.card).pk, account_id=self.account.pk, amount=rp(amount), paid_date=DAY,
            reference_no=reference or f"TRF{next(_references)}", by=self.treasurer, at=AT,
        )  # fmt: skip

    def load(self, text: str, *, name: str = "riwayat.csv") -> HistoryFile:
        """Upload and save at once."""
        return services.save_history(file_id=self.upload(text, name=name).pk, by=self.treasurer, at=AT)

    def upload(self, text: str, *, name: str = "riwayat.csv") -> HistoryFile:
        upload = ContentFile(text.encode(), name=name)
        return services.upload_history(upload=upload, name=name, by=self.treasurer, at=AT)

    def report(self, tap: Movement, *, purpose: str = "Parkir saat rapat") -> Spend:
        return services.report(
            movement_id=tap.pk,
            line_id=self.line.pk,
            purpose=purpose,
            receipts=[picture()],
            by=self.holder,
            at=AT,
        )

    def approve(self, spend: Spend) -> Spend:
        return spending.approve(spend_id=spend.pk, by=self.head, at=AT)

    def charge(self, tap: Movement) -> Spend:
        checks = dict.fromkeys(CHECKS, True)
        return services.charge(movement_id=tap.pk, checks=checks, note="", by=self.treasurer, at=AT)

    def purse(self) -> Purse:
        return Purse.objects.get(opd=self.opd, kind=PurseKind.UP_CASH)

    def booked(self, role: str) -> Decimal:
        return ledger.balance(role, on=LAST, opd=self.opd.pk)


def build() -> World:
    opd = tourism()
    purses(opd, total=5_000_000)
    budget = line(3_000_000, opd=opd)
    holder = person("pegawai", Role.PEGAWAI, opd)
    account = TreasuryAccount.objects.create(
        opd=opd, kind="bp", bank_code="999", bank_name="Bank Uji Coba", account_no="0010200113001",
        account_name="BEND PENGELUARAN", decree_number="SK 1/2026", decree_date=date(2026, 1, 2),
        valid_from=date(2026, 1, 2),
    )  # fmt: skip
    return World(
        opd=opd,
        line=budget,
        account=account,
        card=card(opd, holder),
        treasurer=person("bendahara", Role.BENDAHARA_PENGELUARAN, opd),
        head=person("pa", Role.PA, opd),
        holder=holder,
        verifier=person("ppk", Role.PPK_OPD, opd),
    )


def card(opd: Opd, holder: User, *, number: str = NUMBER, registered: bool = False) -> Card:
    draft = CardDraft(
        opd_id=opd.pk, issuer="Bank Penerbit Uji Coba", number=number, holder_id=holder.pk,
        is_registered=registered, decree_number="SK 7/2026", decree_date=date(2026, 1, 5),
        valid_from=date(2026, 1, 5),
    )  # fmt: skip
    return services.register_card(draft=draft, by=None, at=AT)


def picture() -> ContentFile[bytes]:
    """A small photo, different each time."""
    out = io.BytesIO()
    Image.new("RGB", (20, next(_pictures) + 10), (90, 20, 40)).save(out, "JPEG")
    return ContentFile(out.getvalue(), name="struk.jpg")


@dataclass(frozen=True)
class Tap:
    """A line to be: TOPUP, BELI or TARIK of whole rupiah, ``minute`` after the start of 15 June in WIB."""

    kind: str
    amount: int
    minute: int
    merchant: str = ""
    reference: str = ""


def history(taps: Sequence[Tap], *, opening: int = 0, number: str = NUMBER, trailer: bool = True) -> str:
    """A file as the issuer writes it."""
    lines, balance = [HEADER], opening
    for tap in taps:
        balance += tap.amount if tap.kind == "TOPUP" else -tap.amount
        lines.append(row(tap, balance, number))
    if trailer:
        lines.append(f"JUMLAH;{len(taps)};{balance}.00;;;;;")
    return "\n".join(lines) + "\n"


def row(tap: Tap, balance: int, number: str = NUMBER) -> str:
    at = datetime(2026, 6, 15, 8 + tap.minute // 60, tap.minute % 60, tzinfo=WIB).isoformat()
    parts = (number, at, tap.kind, tap.merchant, "T1", f"{tap.amount}.00", f"{balance}.00", tap.reference)
    return ";".join(parts)


def bought(world: World, amount: int = 15_000, *, loaded: int = 500_000) -> Movement:
    """A card with a top-up and one purchase on its history."""
    world.top_up(loaded)
    taps = [Tap("TOPUP", loaded, 0), Tap("BELI", amount, 30, "UJI COBA PARKIR", "EM1")]
    world.load(history(taps))
    return Movement.objects.get(kind="buy", card=world.card)


def broken_laws(laws: Sequence[Law] = LAWS) -> list[str]:
    return [law.name for law in laws if law.check().problems]
