"""What people send: the person's form, and what the office chooses and writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from opd.access import Scope
from opd.forms import DayInput, OfficeSentence
from opd.models import Opd, RoleAssignment
from opd.office.forms import TAKEN
from retribusi.complaints import rules
from retribusi.complaints.queries import Where
from retribusi.complaints.rules import Category, State
from retribusi.complaints.services.filing import Report
from retribusi.forms import PublicForm
from retribusi.models import CollectionPoint

OLDEST = 3
"""Years back that a complaint may tell of."""
RATINGS = (5, 4, 3, 2, 1)


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ReportForm(PublicForm):
    """The public form."""

    category = forms.ChoiceField()
    text = forms.CharField(max_length=4000, widget=_area(6))
    happened_on = forms.DateField(widget=DayInput())
    point = forms.ModelChoiceField(CollectionPoint.objects.none(), required=False)
    reference = forms.CharField(max_length=20, required=False)
    evidence = forms.FileField(required=False, widget=forms.FileInput(attrs={"accept": TAKEN}))
    contact = forms.CharField(max_length=80, required=False, widget=forms.TextInput())

    def __init__(self, *args: Any, offered: Sequence[Category], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        fields: Any = self.fields
        fields["category"].choices = [("", _("Pilih")), *((one.code, one.shown_name) for one in offered)]
        fields["point"].queryset = CollectionPoint.objects.shown()
        fields["point"].label_from_instance = lambda point: point.shown_name
        fields["point"].empty_label = _("tidak di salah satu tempat ini")
        self._word(fields)

    def _word(self, fields: Any) -> None:
        """Labels, help and refusals in the visitor's language."""
        for name, label, help_text in (
            ("category", _("Tentang apa"), ""),
            ("text", _("Apa yang terjadi"), _("Sebutkan tempat, waktu, dan jumlah uangnya bila ada.")),
            ("happened_on", _("Tanggal kejadian"), ""),
            ("point", _("Di mana"), ""),
            ("reference", _("Kode pesanan atau nomor kuitansi"), _("Ada di tiket atau kuitansi Anda.")),
            ("evidence", _("Bukti"), _("Satu foto (JPEG, PNG) atau PDF, paling besar 10 MB.")),
            (
                "contact",
                _("Telepon atau surel Anda"),
                _(
                    "Hanya dipakai untuk bertanya tentang pengaduan ini: disimpan terenkripsi, tidak tampil"
                    " di daftar, dan dihapus %(days)d hari setelah selesai. Tanpa kontak pun Anda dijawab di"
                    " sini."
                )
                % {"days": rules.contact_days(self.today)},
            ),
        ):
            fields[name].label, fields[name].help_text = label, help_text
        fields["category"].error_messages["required"] = _("Pilih tentang apa pengaduan ini.")
        fields["text"].error_messages["required"] = _("Tulis apa yang terjadi.")
        fields["happened_on"].error_messages["required"] = _("Isi tanggal kejadian.")
        fields["happened_on"].error_messages["invalid"] = _("Tulis tanggal seperti 2026-11-24.")

    def clean_happened_on(self) -> date:
        day: date = self.cleaned_data["happened_on"]
        if day > self.today:
            raise ValidationError(_("Tanggal ini belum terjadi."))
        if day.year < self.today.year - OLDEST:
            raise ValidationError(_("Tanggal ini terlalu lama lalu."))
        return day

    def report(self) -> Report:
        """What a valid form says."""
        names = ("category", "happened_on", "text", "point", "reference", "contact")
        return Report(**{name: self.cleaned_data[name] for name in names})


class MessageForm(forms.Form):
    text = forms.CharField(max_length=4000, widget=_area(4))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Tambahan dari Anda")


class VerdictForm(forms.Form):
    """Settled or not, with a rating from 1 to 5 where the person gives one."""

    verdict = forms.ChoiceField(widget=forms.RadioSelect)
    rating = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)
    text = forms.CharField(max_length=4000, required=False, widget=_area(3))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["verdict"].label = _("Apakah sudah selesai?")
        fields["verdict"].choices = [("settled", _("Selesai")), ("unsettled", _("Belum selesai"))]
        fields["verdict"].error_messages["required"] = _("Pilih “Selesai” atau “Belum selesai”.")
        fields["rating"].label = _("Nilai Anda untuk penanganannya")
        words = (_("sangat baik"), _("baik"), _("cukup"), _("kurang"), _("buruk"))
        fields["rating"].choices = [("", _("tidak menilai"))] + [
            (number, f"{number}: {word}") for number, word in zip(RATINGS, words, strict=True)
        ]
        fields["text"].label = _("Bila belum selesai: apa yang kurang")


class ComplaintFilter(OfficeSentence):
    """The list's filter sentence."""

    field_order = ("keadaan", "kategori", "opd", "waktu", "sejak", "sampai", "q")
    STATES = [
        ("", "apa pun keadaannya"),
        ("waiting", "menunggu jawaban"),
        *((str(state), state.label.lower()) for state in State),
    ]
    TIMES = [("", "kapan pun"), ("late", "lewat tenggat sekarang"), ("missed", "terlambat dijawab")]

    keadaan = forms.ChoiceField(label="Pengaduan yang", choices=STATES, required=False)
    kategori = forms.ChoiceField(label="tentang", required=False)
    waktu = forms.ChoiceField(label="dengan tenggat", choices=TIMES, required=False)
    sejak = forms.DateField(label="masuk sejak", required=False, widget=DayInput())
    sampai = forms.DateField(label="sampai", required=False, widget=DayInput())
    q = forms.CharField(label="cari", required=False, max_length=60)

    def __init__(self, data: Any, reach: Scope, names: Iterable[tuple[str, str]]) -> None:
        super().__init__(data, reach)
        self.offer("kategori", names, "apa saja")
        self.fields["q"].widget.attrs["placeholder"] = "nomor, kode, atau kata"

    @property
    def where(self) -> Where:
        return Where(
            state=self.word("keadaan"), category=self.word("kategori"), opd_id=self.opd_id,
            timing=self.word("waktu"), first=self.day("sejak"), last=self.day("sampai"), text=self.word("q"),
        )  # fmt: skip


class AnswerForm(forms.Form):
    text = forms.CharField(
        label="Jawaban untuk pelapor",
        max_length=4000,
        widget=_area(5),
        help_text="Terbit di halaman pelapor atas nama OPD; nama Anda tidak tampil di sana.",
    )


class NoteForm(forms.Form):
    text = forms.CharField(
        label="Catatan dalam",
        max_length=4000,
        widget=_area(3),
        help_text="Tidak pernah tampil kepada pelapor.",
    )


class AssignForm(forms.Form):
    """One choice: an agency, or one of its treasurers of receipts."""

    to = forms.ChoiceField(label="Diteruskan ke")

    def __init__(
        self, *args: Any, offices: Sequence[Opd], officers: Sequence[RoleAssignment], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offices = {str(opd.pk): opd for opd in offices}
        self.officers = {f"{held.opd_id}-{held.user_id}": held for held in officers}
        choices: Any = self.fields["to"]
        choices.choices = [
            ("Petugas", [(key, f"{held.user.name}, {held.opd}") for key, held in self.officers.items()]),
            ("OPD", [(key, opd.name) for key, opd in self.offices.items()]),
        ]

    def target(self) -> dict[str, Any]:
        """The agency and officer of a valid form."""
        key = self.cleaned_data["to"]
        held = self.officers.get(key)
        if held:
            return {"opd": held.opd, "officer": held.user}
        return {"opd": self.offices[key], "officer": None}
