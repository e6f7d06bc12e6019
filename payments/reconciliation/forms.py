"""Forms of the reconciliation pages: filters that read as a sentence, and plain entries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from opd.access import Scope
from opd.forms import DayInput, OfficeSentence, Sentence
from opd.models import Opd, User
from payments.ledger.forms import block_field
from payments.ledger.models import Block
from payments.reconciliation.models import ExceptionState, ReconciliationException
from payments.reconciliation.queries.differences import DifferenceFilter
from payments.reconciliation.queries.suggestions import SuggestionFilter
from payments.reconciliation.suggestion_models import SuggestionState
from payments.reconciliation.texts import MATCHED, OFFERED, TEXTS


class PeriodFilter(Sentence):
    sejak = forms.DateField(label="Pembayaran sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())


class CutOffFilter(Sentence):
    pada = forms.DateField(label="Dalam perjalanan pada", required=False, widget=DayInput())


class SettlementSentence(Sentence):
    CONTENTS = [("", "semua batch"), ("klaim", "yang MDR-nya tidak sesuai")]

    isi = forms.ChoiceField(label="Tampilkan", choices=CONTENTS, required=False)
    bank = forms.ChoiceField(label="dari", required=False)
    sejak = forms.DateField(label="yang disetor sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())

    def __init__(self, data: Any, *, banks: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        self.offer("bank", banks, "semua bank")


class ClaimSentence(Sentence):
    bank = forms.ChoiceField(label="Klaim kepada", required=False)
    sejak = forms.DateField(label="untuk settlement sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())

    def __init__(self, data: Any, *, banks: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        self.offer("bank", banks, "pilih bank")


class IssuerForm(forms.Form):
    """Whose run of numbers a letter joins: the agency of the Bendahara Umum Daerah."""

    opd = forms.ModelChoiceField(Opd.objects.none(), label="OPD penerbit", empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices: Any = self.fields["opd"]
        offices.queryset = Opd.objects.valid(on=timezone.localdate()).order_by("name")
        likely = offices.queryset.filter(name__icontains="keuangan").first()
        offices.initial = likely.pk if likely else None


class IssueClaimForm(IssuerForm):
    bank = forms.IntegerField(widget=forms.HiddenInput)
    first = forms.DateField(widget=forms.HiddenInput)
    last = forms.DateField(widget=forms.HiddenInput)


class IssueMinutesForm(IssuerForm):
    account = forms.CharField(max_length=34, widget=forms.HiddenInput)
    first = forms.DateField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Alasan mengganti", max_length=300, required=False,
        help_text="Kosongkan untuk yang pertama; isi bila menggantikan yang sudah terbit.",
    )  # fmt: skip


class ReplaceForm(forms.Form):
    reason = forms.CharField(label="Alasan", max_length=300)


class MinutesSentence(Sentence):
    rekening = forms.ChoiceField(label="Rekening", required=False)
    bulan = forms.CharField(
        label="pada bulan", required=False, max_length=7, widget=forms.TextInput(attrs={"type": "month"})
    )

    def __init__(self, data: Any, *, accounts: Sequence[str]) -> None:
        super().__init__(data)
        self.offer("rekening", ((number, number) for number in accounts), "pilih rekening")


class FileFilter(Sentence):
    KINDS = [("", "semua berkas"), ("settlement", "settlement QRIS"), ("statement", "rekening koran RKUD")]
    STATES = [("", "apa saja"), ("done", "selesai"), ("refused", "ditolak"), ("superseded", "sudah diganti")]

    jenis = forms.ChoiceField(label="Tampilkan", choices=KINDS, required=False)
    keadaan = forms.ChoiceField(label="yang keadaannya", choices=STATES, required=False)


class LineFilter(Sentence):
    CHOICES = [("", "semua baris"), ("cocok", "baris yang cocok"), ("belum", "baris yang belum dikenali")]

    baris = forms.ChoiceField(label="Tampilkan", choices=CHOICES, required=False)


class DifferenceSentence(OfficeSentence):
    STATES = [
        (str(ExceptionState.OPEN), "perlu penjelasan"),
        (str(ExceptionState.EXPLAINED), "sudah dijelaskan"),
        (str(ExceptionState.RESOLVED), "selesai sendiri"),
        ("semua", "apa pun keadaannya"),
    ]
    HOLDERS = [("", "siapa pun"), ("saya", "saya"), ("bebas", "belum siapa pun")]
    DEADLINES = [("", "kapan pun"), ("lewat", "sudah lewat")]

    keadaan = forms.ChoiceField(label="Selisih yang", choices=STATES, required=False)
    jenis = forms.ChoiceField(label="berjenis", required=False)
    titik = forms.ChoiceField(label="di", required=False)
    bank = forms.ChoiceField(label="lewat", required=False)
    petugas = forms.ChoiceField(label="ditugaskan kepada", choices=HOLDERS, required=False)
    tenggat = forms.ChoiceField(label="dengan tenggat", choices=DEADLINES, required=False)
    sejak = forms.DateField(label="sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())
    cari = forms.CharField(
        label="bernilai atau berujukan",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"size": 14, "autocomplete": "off"}),
    )

    field_order = ["keadaan", "jenis", "titik", "opd"]

    def __init__(
        self, data: Any, reach: Scope, *, points: Sequence[str] = (), banks: Sequence[tuple[int, str]] = ()
    ) -> None:
        super().__init__(data, reach)
        self.offer("jenis", ((kind, text.label) for kind, text in TEXTS.items()), "apa saja")
        self.offer("titik", ((name, name) for name in points), "semua titik")
        self.offer("bank", banks, "semua bank")
        if reach.opd_ids is not None and len(reach.opd_ids) < 2:
            del self.fields["opd"]

    def where(self, user: User, today: date) -> DifferenceFilter:
        """What is asked for, by ``user`` on a WIB day."""
        state, holder = self.word("keadaan") or str(ExceptionState.OPEN), self.word("petugas")
        return DifferenceFilter(
            state="" if state == "semua" else state,
            kind=self.word("jenis"),
            point=self.word("titik"),
            first=self.day("sejak"),
            last=self.day("sampai"),
            opd=self.opd_id,
            partner=self.number("bank"),
            assignee=user.pk if holder == "saya" else None,
            unassigned=holder == "bebas",
            late_on=today if self.word("tenggat") else None,
            text=self.word("cari"),
        )


class MatchSentence(OfficeSentence):
    """``blok``: only what that sealed block knew."""

    KINDS = [("", "apa saja"), *((str(kind), label) for kind, label in MATCHED.items())]
    STATES = [("standing", "yang berlaku"), ("undone", "yang dibatalkan"), ("semua", "apa pun keadaannya")]

    keadaan = forms.ChoiceField(label="Tampilkan", choices=STATES, required=False)
    jenis = forms.ChoiceField(label="antara", choices=KINDS, required=False)
    sejak = forms.DateField(label="atas uang sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())
    blok = block_field()

    field_order = ["keadaan", "jenis", "opd", "sejak", "sampai", "blok"]

    def state(self) -> str:
        word = self.word("keadaan") or "standing"
        return "" if word == "semua" else word

    def block(self) -> Block | None:
        found: Block | None = self.given("blok")
        return found


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Penjelasan",
        max_length=400,
        min_length=5,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Sebut bukti dan nomor suratnya; pemeriksa membaca kalimat ini.",
    )


class SuggestionSentence(OfficeSentence):
    STATES = [
        (str(SuggestionState.OPEN), "menunggu keputusan"),
        (str(SuggestionState.CONFIRMED), "ditegaskan"),
        (str(SuggestionState.REJECTED), "ditolak"),
        (str(SuggestionState.STALE), "tidak berlaku lagi"),
    ]
    KINDS = [("", "apa saja"), *((str(kind), label) for kind, label in OFFERED.items())]

    keadaan = forms.ChoiceField(label="Usulan yang", choices=STATES, required=False)
    jenis = forms.ChoiceField(label="antara", choices=KINDS, required=False)
    bank = forms.ChoiceField(label="lewat", required=False)
    sejak = forms.DateField(label="sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())
    jumlah = forms.CharField(
        label="sebesar", required=False, max_length=30,
        widget=forms.TextInput(attrs={"size": 12, "inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip

    field_order = ["keadaan", "jenis", "opd"]

    def __init__(self, data: Any, reach: Scope, *, banks: Sequence[tuple[int, str]] = ()) -> None:
        super().__init__(data, reach)
        self.offer("bank", banks, "semua bank")

    @property
    def is_open(self) -> bool:
        return self._state() == SuggestionState.OPEN

    def _state(self) -> str:
        return self.word("keadaan") or str(SuggestionState.OPEN)

    def where(self, about: ReconciliationException | None) -> SuggestionFilter:
        return SuggestionFilter(
            state=self._state(), kind=self.word("jenis"), opd=self.opd_id, partner=self.number("bank"),
            first=self.day("sejak"), last=self.day("sampai"), amount=self.word("jumlah"), about=about,
        )  # fmt: skip


class RejectForm(forms.Form):
    reason = forms.CharField(label="Alasan", min_length=5, max_length=300)


class UndoForm(forms.Form):
    """Why a match is wrong, and whether it may be made again."""

    reason = forms.CharField(label="Alasan", min_length=5, max_length=300)
    keep_apart = forms.BooleanField(
        label="Bukan pasangan: jangan dicocokkan lagi",
        required=False,
        help_text="Bila tidak dicentang, pencocokan berikutnya membuat pasangan yang sama lagi.",
    )


class FeedForm(forms.Form):
    """Which account to fetch, and from which day on."""

    rekening = forms.ChoiceField(label="Rekening")
    sejak = forms.DateField(label="Sejak", widget=DayInput())

    def __init__(self, data: Any = None, *, accounts: Sequence[tuple[str, str]], today: date) -> None:
        super().__init__(data, initial={"sejak": today})
        self.fields["rekening"] = forms.ChoiceField(label="Rekening", choices=accounts)
        self.order_fields(["rekening", "sejak"])


class AssignForm(forms.Form):
    """Who looks into a difference, and until when."""

    assignee = forms.ModelChoiceField(User.objects.none(), label="Petugas")
    due_on = forms.DateField(label="Tenggat", widget=DayInput())
    note = forms.CharField(label="Pesan", required=False, max_length=300)

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["assignee"]
        choices.queryset = people
        choices.label_from_instance = lambda user: user.name


class CommentForm(forms.Form):
    text = forms.CharField(
        label="Catatan", max_length=400, min_length=5, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReopenForm(forms.Form):
    reason = forms.CharField(label="Alasan", max_length=400, min_length=5)


class AnswerForm(forms.Form):
    """What a file does not say itself: its settlement day, its merchant."""

    settlement_date = forms.DateField(label="Tanggal settlement berkas ini", widget=DayInput())
    nmid = forms.CharField(label="NMID berkas ini", max_length=15)

    def __init__(self, data: Any, *, asked: Sequence[str]) -> None:
        super().__init__(data)
        for name in set(self.fields) - set(asked):
            del self.fields[name]

    def given(self) -> dict[str, str]:
        """The answers as they are kept; after ``is_valid``."""
        return {name: str(value).strip() for name, value in self.cleaned_data.items()}


class SuccessorForm(Sentence):
    """Which file takes the place of another."""

    dengan = forms.ChoiceField(label="Diganti dengan", required=False)

    def __init__(self, data: Any, *, files: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        self.offer("dengan", files, "pilih berkas penggantinya")


class SupersedeForm(forms.Form):
    reason = forms.CharField(
        label="Alasan",
        max_length=300,
        min_length=5,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Misalnya “bank mengirim berkas koreksi 25/11, surat nomor 12”.",
    )
