"""The demo's spending: a month of three pilot agencies, through every channel and in every state.

Everything goes through the services at instants of the past month, as people would have done it. Cards and
e-money bring their own. Names are labelled "(uji)"; all amounts are invented.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from opd.demo import KOMINFO, PARIWISATA, PENDIDIKAN, agency, holder, year_start
from opd.models import Opd, Role, User
from opd.office import attachments
from opd.office.calendar import at as moment
from opd.office.calendar import day_of
from opd.planning.models import BudgetLine, Purse, PurseKind
from payments.ledger.services import Draft, credit, debit, post
from payments.snap.models import Partner
from payments.spending import postings, services
from payments.spending.drafts import SpendDraft, TaxDraft
from payments.spending.models import (
    Channel,
    ClaimKind,
    Payee,
    Source,
    Spend,
    SpendType,
    TaxKind,
    TreasuryAccount,
    Way,
)
from payments.spending.rules import CHECKS
from payments.spending.services import claims
from payments.spending.services.cms import make_bulk
from payments.spending.services.payees import PayeeDraft

DECREE = "SK Gubernur Demo/REK"
BANK, OTHER = ("999", "Bank Uji Coba"), ("998", "Bank Lain Uji Coba")
ACCOUNTS = (
    (PARIWISATA, "bp", "0010200113001", "BEND PENGELUARAN DISPAR"),
    (PARIWISATA, "bpp", "0010200113002", "BPP DISPAR"),
    (PENDIDIKAN, "bp", "0010200120001", "BEND PENGELUARAN DIKBUD"),
    (KOMINFO, "bp", "0010200101001", "BEND PENGELUARAN DISKOMINFO"),
)
PAYEES = {
    "tulis": ("CV Sumber Tulis (uji)", *BANK, "0010300000011", "CV SUMBER TULIS (UJI COBA)"),
    "makan": ("RM Rafflesia (uji)", *BANK, "0010300000012", "RM RAFFLESIA (UJI COBA)"),
    "bengkel": ("Bengkel Pantai (uji)", *BANK, "0010300000013", "BENGKEL PANTAI (UJI COBA)"),
    "wisata": ("PT Lawang Wisata (uji)", *BANK, "0010300000014", "PT LAWANG WISATA (UJI COBA)"),
    "tutup": ("Rekening Tutup (uji)", *BANK, "0010300000099", "REKENING TUTUP (UJI COBA)"),
    "komputer": ("Toko Komputer Nusantara (uji)", *OTHER, "8880011223344",
                 "TOKO KOMPUTER NUSANTARA (UJI COBA)"),
    "hotel": ("Hotel Pantai (uji)", *OTHER, "8880011223355", "HOTEL PANTAI (UJI COBA)"),
}  # fmt: skip
CASH = Decimal(2_000_000)
"""What each treasurer took from the bank for small cash spending."""
_STEPS = ("draft", "submitted", "approved", "tested", "paid", "verified")


@dataclass(frozen=True)
class Past:
    """A spend ``back`` days ago and how far it has come; ``step`` may also be rejected, cancelled, gu, ls or
    bulk (waiting for the bank's result file)."""

    back: int
    account: str
    amount: int
    text: str
    step: str
    payee: str = ""
    source: Source = Source.UP
    channel: Channel = Channel.CMS
    type: SpendType = SpendType.GOODS
    taxes: tuple[tuple[TaxKind, int], ...] = field(default=())


ATK, PAPER, PRINT = "5.1.02.01.01.0024", "5.1.02.01.01.0025", "5.1.02.01.01.0026"
FOOD, TRAVEL, FUEL = "5.1.02.01.01.0052", "5.1.02.04.01.0001", "5.1.02.01.01.0004"
REPAIR, HALL, DESK = "5.1.02.03.02.0035", "5.1.02.02.05.0009", "5.2.02.05.02.0001"
_PPN_PPH = ((TaxKind.PPN, 356_757), (TaxKind.PPH22, 48_649))
_PPH23 = ((TaxKind.PPH23, 45_045),)

PAST: dict[str, tuple[Past, ...]] = {
    PARIWISATA: (
        Past(28, ATK, 3_600_000, "Alat tulis kantor triwulan IV", "gu", "tulis", taxes=_PPN_PPH),
        Past(26, FOOD, 850_000, "Konsumsi rapat koordinasi festival", "gu", "makan"),
        Past(24, REPAIR, 2_250_000, "Servis kendaraan dinas BD 1042", "verified", "bengkel", taxes=_PPH23),
        Past(21, HALL, 7_500_000, "Sewa gedung pelatihan pemandu wisata", "verified", "wisata"),
        Past(17, FUEL, 300_000, "BBM kendaraan operasional", "paid", channel=Channel.QRIS),
        Past(14, FOOD, 175_000, "Kopi rapat pokdarwis", "paid", channel=Channel.QRIS),
        Past(12, PAPER, 120_000, "Fotokopi bahan rapat", "paid", channel=Channel.CASH),
        Past(9, TRAVEL, 1_800_000, "Penginapan monitoring Enggano", "tested", "hotel", type=SpendType.TRAVEL),
        Past(6, PRINT, 950_000, "Cetak brosur destinasi", "bulk", "tulis"),
        Past(6, REPAIR, 640_000, "Ganti oli dan ban dalam", "bulk", "bengkel"),
        Past(5, FOOD, 450_000, "Konsumsi rapat evaluasi", "tested", channel=Channel.QRIS),
        Past(4, ATK, 1_150_000, "Tinta dan kertas", "approved", "tulis"),
        Past(2, HALL, 5_000_000, "Sewa gedung temu pelaku wisata", "submitted", "wisata"),
        Past(1, PAPER, 380_000, "Kertas HVS dua kardus", "draft", "tulis"),
        Past(10, DESK, 9_800_000, "Meja layanan informasi", "rejected", "tulis", type=SpendType.CAPITAL),
        Past(8, FUEL, 250_000, "BBM perahu dinas", "cancelled", channel=Channel.QRIS),
    ),
    PENDIDIKAN: (
        Past(23, HALL, 25_000_000, "Sewa gedung lomba sains siswa", "ls", "wisata", Source.LS,
             taxes=((TaxKind.PPH4_2, 2_252_252),)),
        Past(19, ATK, 4_200_000, "Alat tulis pembinaan siswa", "verified", "tulis"),
        Past(13, FOOD, 1_200_000, "Konsumsi juri lomba", "paid", "makan"),
        Past(7, DESK, 12_500_000, "Lemari arsip", "tested", "komputer", Source.LS, type=SpendType.CAPITAL),
        Past(3, FOOD, 325_000, "Konsumsi rapat kepala sekolah", "submitted", channel=Channel.QRIS),
    ),
    KOMINFO: (
        Past(22, REPAIR, 1_450_000, "Servis genset ruang server", "verified", "bengkel"),
        Past(15, FUEL, 400_000, "BBM siaran keliling", "paid", channel=Channel.QRIS),
        Past(11, FOOD, 150_000, "Konsumsi rapat PPID", "paid", channel=Channel.CASH),
        Past(4, PRINT, 2_100_000, "Cetak buku statistik", "approved", "tulis"),
        Past(2, ATK, 600_000, "Alat tulis meja layanan", "draft", "tulis"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Office:
    """An agency of the demo with its people, payees and source account."""

    opd: Opd
    code: str
    payees: dict[str, Payee]
    account: TreasuryAccount
    at: datetime

    def by(self, role: Role) -> User:
        return holder(role, self.code)

    def when(self, day: date, hour: int) -> datetime:
        """An hour of a day, never after the seeding itself."""
        return min(moment(day, hour), self.at)

    def day(self, back: int) -> date:
        """``back`` days ago, within the budget year."""
        today = day_of(self.at)
        return max(today - timedelta(days=back), year_start(today))


def seed(*, at: datetime) -> str:
    """Accounts, payees, UP and a month of spends; once. Says what it did."""
    if Spend.objects.exists():
        return "sudah ada"
    accounts = _accounts(at)
    for code, past in PAST.items():
        opd = agency(code)
        office = Office(opd, code, _payees(opd, code, at), accounts[code], at)
        _fund(office)
        done = [(one, _spend(office, one)) for one in past]
        _claim(office, ClaimKind.GU, [spend for one, spend in done if one.step == "gu"], "GU demo")
        _claim(office, ClaimKind.LS, [spend for one, spend in done if one.step == "ls"], "LS demo")
        _bulk(office, [spend for one, spend in done if one.step == "bulk"])
    return f"{Spend.objects.count()} belanja, {Payee.objects.count()} penerima"


def _accounts(at: datetime) -> dict[str, TreasuryAccount]:
    """Every account by decree; the one of the bendahara pengeluaran by agency."""
    partner = Partner.objects.filter(slug="bank-uji-coba").first()
    since = year_start(day_of(at))
    made = {}
    for code, kind, number, name in ACCOUNTS:
        row = services.register_treasury_account(
            opd_id=agency(code).pk, kind=kind, bank_code=BANK[0], bank_name=BANK[1], account_no=number,
            account_name=name, partner_id=partner.pk if partner else None,
            decree_number=f"{DECREE}/{since.year}", decree_date=since, valid_from=since, by=None, at=at,
        )  # fmt: skip
        if kind == "bp":
            made[code] = row
    return made


def _payees(opd: Opd, code: str, at: datetime) -> dict[str, Payee]:
    by = holder(Role.BENDAHARA_PENGELUARAN, code)
    made = {
        key: services.add_payee(
            opd_id=opd.pk, by=by, at=at,
            draft=PayeeDraft(name=name, bank_code=bank, bank_name=bank_name, account_no=number,
                             account_name=holder_name, is_umkm=key in {"makan", "bengkel"}),
        )
        for key, (name, bank, bank_name, number, holder_name) in PAYEES.items()
    }  # fmt: skip
    services.block_payee(
        payee_id=made["tutup"].pk, reason="Rekening ditutup menurut bank (demo)", by=by, at=at
    )
    return made


def _fund(office: Office) -> None:
    """UP arrives by SP2D early in the year; a little of it is taken as cash."""
    day = office.day(32)
    purse = Purse.objects.filter(opd=office.opd, year=day.year, kind=PurseKind.UP_CASH).first()
    if purse is None or not purse.limit:
        _claim(office, ClaimKind.UP, [], "Uang persediaan demo", day=day)
    else:  # the budget's demo has raised the purse already: only the money is missing
        draft = postings.fund_received(
            source=f"demo:up:{office.opd.pk}", opd=office.opd.pk, amount=purse.limit,
            description="SP2D-UP diterima (demo)", effective=day, value=day,
        )  # fmt: skip
        post(draft, key=f"demo:up:{office.opd.pk}:received", by=None, at=office.when(day, 9))
    taken = (debit("bp_cash", CASH, opd=office.opd.pk), credit("bp_bank", CASH, opd=office.opd.pk))
    source = f"demo:cash:{office.opd.pk}"
    draft = Draft("cash_withdrawn", source, day, day, "Tunai diambil untuk belanja kecil (demo)", taken)
    post(draft, key=source, by=None, at=office.when(day, 10))


def _spend(office: Office, past: Past) -> Spend:
    """One spend, taken as far as its step."""
    day = office.day(past.back)
    spend = services.raise_spend(
        draft=_draft(office, past, day), by=office.by(Role.PPTK), at=office.when(day, 8)
    )
    if past.step == "draft":
        return spend
    _prove(office, spend, day)
    services.submit(spend_id=spend.pk, by=office.by(Role.PPTK), at=office.when(day, 9))
    if past.step == "cancelled":
        return services.cancel(
            spend_id=spend.pk,
            reason="Perahu tidak jadi dipakai",
            by=office.by(Role.PPTK),
            at=office.when(day, 10),
        )
    if past.step == "rejected":
        return services.reject(
            spend_id=spend.pk, reason="Tidak ada dalam rencana pengadaan", by=office.by(Role.PA),
            at=office.when(day, 10),
        )  # fmt: skip
    if past.step != "submitted":
        _pay(office, spend, past, day)
    return spend


def _draft(office: Office, past: Past, day: date) -> SpendDraft:
    line = BudgetLine.objects.filter(opd=office.opd, year=day.year, kode_rekening=past.account)[0]
    payee = office.payees.get(past.payee)
    return SpendDraft(
        opd_id=office.opd.pk, year=day.year, line_id=line.pk, source=past.source, channel=past.channel,
        payee_id=payee.pk if payee else None, merchant_name="" if payee else "UJI COBA WARUNG KOPI",
        amount=Decimal(past.amount), description=past.text, spend_date=day, type=past.type,
        is_domestic=True, is_umkm=bool(payee and payee.is_umkm),
        taxes=tuple(TaxDraft(kind, Decimal(amount)) for kind, amount in past.taxes),
    )  # fmt: skip


def _pay(office: Office, spend: Spend, past: Past, day: date) -> None:
    """Approved, and as far on as the step says."""
    step = {"gu": "verified", "ls": "tested", "bulk": "tested"}.get(past.step, past.step)
    far = _STEPS.index(step)
    services.approve(spend_id=spend.pk, by=office.by(Role.PA), at=office.when(day, 10))
    bp = office.by(Role.BENDAHARA_PENGELUARAN)
    if far >= _STEPS.index("tested"):
        services.test_spend(
            spend_id=spend.pk, checks=dict.fromkeys(CHECKS, True), note="Diuji (demo)", by=bp,
            at=office.when(day, 11),
        )  # fmt: skip
    if far >= _STEPS.index("paid"):
        _record(office, spend, past, day)
    if far >= _STEPS.index("verified"):
        services.verify_spend(spend_id=spend.pk, by=office.by(Role.PPK_OPD), at=office.when(day, 15))


def _record(office: Office, spend: Spend, past: Past, day: date) -> None:
    way = {Channel.CMS: Way.CMS_MANUAL, Channel.QRIS: Way.QRIS_APP, Channel.CASH: Way.CASH}[past.channel]
    number = f"{office.opd.pk:04d}{day:%m%d}{past.amount // 1000:05d}"
    services.record_paid(
        spend_id=spend.pk, way=way, paid_date=day, reference_no=f"CMS{number}" if way != Way.CASH else "",
        rrn=number[-12:].zfill(12) if way == Way.QRIS_APP else "",
        account_id=None if way == Way.CASH else office.account.pk, by=office.by(Role.BENDAHARA_PENGELUARAN),
        at=office.when(day, 13),
    )  # fmt: skip


def _prove(office: Office, spend: Spend, day: date) -> None:
    """A picture that says it is an example, so that evidence can be looked at."""
    for kind in ("travel_order", "ticket") if spend.type == SpendType.TRAVEL else ("receipt",):
        page = Image.new("RGB", (420, 560), "white")
        words = f"CONTOH {kind.upper()}\n\n{spend.description}\n\nRp {spend.amount:,.0f}\n{day:%d/%m/%Y}"
        ImageDraw.Draw(page).multiline_text((30, 40), words, fill="black")
        content = BytesIO()
        page.save(content, "PNG")
        attachments.attach(
            subject=spend, kind=kind, upload=ContentFile(content.getvalue(), name=f"contoh-{kind}.png"),
            by=office.by(Role.PPTK), at=office.when(day, 8),
        )  # fmt: skip


def _claim(
    office: Office, kind: ClaimKind, spends: Iterable[Spend], purpose: str, *, day: date | None = None
) -> None:
    """A claim from SPP to SP2D, a few days before the seeding."""
    ids = [spend.pk for spend in spends]
    if not ids and kind != ClaimKind.UP:
        return
    on = day or office.day(3)
    amount = _share(office, on.year) if kind == ClaimKind.UP else None
    claim = claims.raise_claim(
        kind=kind, opd_id=office.opd.pk, year=on.year, purpose=purpose, amount=amount, spend_ids=ids,
        by=office.by(Role.BENDAHARA_PENGELUARAN), at=office.when(on, 9),
    )  # fmt: skip
    claims.verify_claim(claim_id=claim.pk, by=office.by(Role.PPK_OPD), at=office.when(on, 10))
    claims.order_claim(claim_id=claim.pk, by=office.by(Role.PA), at=office.when(on, 11))
    number = f"Demo/{kind.label}/{office.code}/{on.year}"
    bud = User.objects.get(username="kuasabud", is_demo=True)
    claims.pay_claim(claim_id=claim.pk, sp2d_number=number, sp2d_date=on, by=bud, at=office.when(on, 14))


def _share(office: Office, year: int) -> Decimal:
    from opd.planning.queries import purses

    share = next(one.share for one in purses(office.opd.pk, year) if one.kind == PurseKind.UP_CASH)
    return share or Decimal(0)


def _bulk(office: Office, spends: list[Spend]) -> None:
    if spends:
        make_bulk(
            account_id=office.account.pk, spend_ids=[spend.pk for spend in spends],
            by=office.by(Role.BENDAHARA_PENGELUARAN), at=office.when(office.day(1), 14),
        )  # fmt: skip
