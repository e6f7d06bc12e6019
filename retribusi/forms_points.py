"""What the administrator fills in for points, tariffs, hours and accounts; the services decide."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

from django import forms

from opd.access import Scope
from opd.forms import DayInput, OfficeSentence, RupiahField
from opd.models import Opd
from payments.incoming.models import ReceivingAccount
from payments.snap.models import Partner
from retribusi import kinds, rollout
from retribusi.forms import code_in
from retribusi.models import KODE_REKENING, CollectionPoint, OpeningHours, SpecialDay, TariffItem

UNITS = [(unit, unit) for unit in kinds.UNITS]


class PointForm(forms.Form):
    """Facts of a point; its address on the web is chosen once."""

    name = forms.CharField(label="Nama", max_length=120)
    name_en = forms.CharField(label="Nama dalam bahasa Inggris", max_length=120, required=False)
    kind = forms.ChoiceField(
        label="Jenis titik",
        choices=CollectionPoint.Kind.choices,
        help_text="Tiket, parkir, sewa, dan layanan dijual di halaman titik; SKRD dibayar dengan suratnya.",
    )
    address = forms.CharField(label="Alamat", max_length=200)
    contact = forms.CharField(
        label="Kontak untuk pengunjung",
        max_length=160,
        help_text="Siapa yang dihubungi bila ada uang yang bermasalah; tampil di halaman pengunjung.",
    )
    legal_basis = forms.CharField(
        label="Dasar hukum", max_length=300, help_text="Nomor Perda dan lampirannya."
    )
    receiving_account = forms.ModelChoiceField(
        ReceivingAccount.objects.none(),
        label="Rekening penerimaan",
        required=False,
        empty_label="belum dipilih",
        help_text="Satu rekening (NMID dan terminal) milik satu titik.",
    )
    planned_from = forms.DateField(
        label="Rencana mulai",
        widget=DayInput(),
        required=False,
        help_text="Kapan titik ini direncanakan mulai memungut tanpa tunai; tampil di daftar perluasan.",
    )
    story = forms.CharField(
        label="Kalimat tentang tempat ini",
        max_length=200,
        required=False,
        help_text="Tampil setelah lunas dan di tiket; cerita satu kalimat untuk pengunjung.",
    )
    story_en = forms.CharField(label="Kalimat itu dalam bahasa Inggris", max_length=200, required=False)
    grace_minutes = forms.IntegerField(
        label="Menit tambahan setelah tutup",
        min_value=0,
        max_value=240,
        initial=60,
        help_text="Tiket masih dijual selama ini setelah jam tutup.",
    )
    sells_outside_hours = forms.BooleanField(label="Tetap menjual di luar jam buka", required=False)

    def __init__(self, *args: Any, on: date, point: CollectionPoint | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts: Any = self.fields["receiving_account"]
        accounts.queryset = ReceivingAccount.objects.valid(on=on).select_related("opd").order_by("name")
        if point is not None:
            accounts.queryset = accounts.queryset.filter(opd=point.opd_id)


class NewPointForm(PointForm):
    slug = forms.SlugField(
        label="Alamat halaman",
        max_length=60,
        help_text="Huruf kecil, angka, dan tanda hubung; tidak dapat diganti. Contoh: rumah-bung-karno.",
    )
    opd = forms.ModelChoiceField(Opd.objects.none(), label="OPD", empty_label="pilih OPD")
    field_order: tuple[str, ...] = ("name", "name_en", "slug", "opd")

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, on=on, point=None, **kwargs)
        agencies: Any = self.fields["opd"]
        agencies.queryset = Opd.objects.valid(on=on)


class TariffForm(forms.Form):
    name = forms.CharField(label="Nama", max_length=80)
    name_en = forms.CharField(label="Nama dalam bahasa Inggris", max_length=80, required=False)
    category = forms.ChoiceField(label="Golongan", choices=TariffItem.Category.choices)
    amount = RupiahField(label="Tarif (rupiah)", least=Decimal(0), help_text="Nol berarti bebas retribusi.")
    unit = forms.ChoiceField(label="Untuk tiap", choices=UNITS)
    lasts = forms.IntegerField(label="Masa pakai", min_value=1, max_value=999, initial=1)
    lasts_span = forms.ChoiceField(
        label="Satuan masa pakai",
        choices=TariffItem.Span.choices,
        initial=TariffItem.Span.DAY,
        help_text="Misalnya 3 jam, 1 hari, atau 1 bulan; tampil bila bukan satu hari.",
    )
    valid_from = forms.DateField(label="Berlaku sejak", widget=DayInput())
    valid_to = forms.DateField(
        label="Berlaku sampai", widget=DayInput(), required=False, help_text="Kosong: sampai diganti."
    )
    legal_basis = forms.CharField(label="Dasar hukum", max_length=300)
    kode_lra = forms.CharField(
        label="Kode rekening pendapatan-LRA",
        max_length=30,
        validators=[KODE_REKENING],
        help_text="Contoh: 4.1.02.02.17.0001.",
    )
    kode_lo = forms.CharField(
        label="Kode rekening pendapatan-LO",
        max_length=30,
        validators=[KODE_REKENING],
        help_text="Contoh: 8.1.02.02.17.0001.",
    )
    position = forms.IntegerField(label="Urutan di halaman", min_value=1, max_value=99, initial=1)
    status = forms.ChoiceField(label="Keadaan", choices=TariffItem.Status.choices)
    needs_confirmation = forms.BooleanField(
        label="Perlu konfirmasi", required=False, help_text="Pengunjung melihat tanda ini di samping tarif."
    )


class HoursForm(forms.Form):
    """Two times for each weekday; both empty is closed."""

    valid_from = forms.DateField(label="Berlaku sejak", widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, name in OpeningHours.DAYS:
            for key, word in (("buka", "buka"), ("tutup", "tutup")):
                clock = forms.TimeInput(
                    format="%H:%M", attrs={"type": "time", "aria-label": f"{name} {word}"}
                )
                self.fields[f"{key}_{number}"] = forms.TimeField(label=name, required=False, widget=clock)

    @property
    def rows(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        return [(name, self[f"buka_{number}"], self[f"tutup_{number}"]) for number, name in OpeningHours.DAYS]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for number, name in OpeningHours.DAYS:
            if (data.get(f"buka_{number}") is None) != (data.get(f"tutup_{number}") is None):
                self.add_error(None, f"{name}: isi jam buka dan jam tutup, atau kosongkan keduanya.")
        return data

    def week(self) -> list[tuple[time, time] | None]:
        pairs = [
            (self.cleaned_data[f"buka_{number}"], self.cleaned_data[f"tutup_{number}"])
            for number, _ in OpeningHours.DAYS
        ]
        return [(opens, closes) if opens and closes else None for opens, closes in pairs]


class SpecialDayForm(forms.Form):
    day = forms.DateField(label="Tanggal", widget=DayInput())
    kind = forms.ChoiceField(label="Sifat", choices=SpecialDay.Kind.choices)
    note = forms.CharField(label="Keterangan untuk pengunjung", max_length=160)
    legal_basis = forms.CharField(label="Dasar hukum", max_length=300)


class SuspendForm(forms.Form):
    note = forms.CharField(
        label="Keterangan untuk pengunjung",
        max_length=200,
        help_text="Mengapa, dan sampai kapan. Yang sudah dibayar tetap lunas dan tiketnya tetap berlaku.",
    )


class AccountForm(forms.Form):
    """A receiving account by decree: what the bank registered for this point."""

    name = forms.CharField(label="Nama rekening", max_length=120)
    kind = forms.ChoiceField(label="Jenis rekening", choices=ReceivingAccount.KINDS)
    partner = forms.ModelChoiceField(
        Partner.objects.filter(is_active=True), label="Mitra bank", empty_label="pilih mitra bank"
    )
    merchant_id = forms.CharField(label="ID merchant", max_length=64)
    nmid = forms.RegexField(
        r"^ID\d{1,13}$",
        label="NMID",
        help_text="Diawali ID, misalnya ID1020304050607.",
        error_messages={"invalid": "NMID diawali ID, lalu paling banyak 13 angka."},
    )
    merchant_pan = forms.RegexField(
        r"^\d{8,19}$",
        label="PAN merchant",
        error_messages={"invalid": "PAN merchant terdiri dari 8–19 angka."},
    )
    merchant_name = forms.CharField(
        label="Nama merchant", max_length=25, help_text="Persis seperti di bank; pengunjung mencocokkannya."
    )
    terminal_id = forms.CharField(label="Terminal", max_length=16, required=False)
    va_prefix = forms.RegexField(
        r"^\d{4,12}$",
        label="Awalan nomor VA",
        required=False,
        help_text="Angka depan nomor virtual account dari bank; untuk titik SKRD.",
        error_messages={"invalid": "Awalan nomor VA terdiri dari 4 sampai 12 angka."},
    )
    bank_account = forms.RegexField(
        r"^\d{5,34}$",
        label="Nomor rekening tujuan",
        error_messages={"invalid": "Nomor rekening hanya angka."},
    )
    decree_number = forms.CharField(label="Nomor SK", max_length=100)
    decree_date = forms.DateField(label="Tanggal SK", widget=DayInput())
    valid_from = forms.DateField(label="Berlaku sejak", widget=DayInput())
    valid_to = forms.DateField(
        label="Berlaku sampai", widget=DayInput(), required=False, help_text="Kosong: sampai dicabut."
    )


class CopyForm(forms.Form):
    """What is the new point's own; kind, law, hours and tariffs come from the point it is copied from."""

    name = forms.CharField(label="Nama", max_length=120)
    name_en = forms.CharField(label="Nama dalam bahasa Inggris", max_length=120, required=False)
    slug = forms.SlugField(
        label="Alamat halaman",
        max_length=60,
        help_text="Huruf kecil, angka, dan tanda hubung; tidak dapat diganti. Contoh: museum-negeri.",
    )
    opd = forms.ModelChoiceField(Opd.objects.none(), label="OPD", empty_label="pilih OPD")
    address = forms.CharField(label="Alamat", max_length=200)
    contact = forms.CharField(label="Kontak untuk pengunjung", max_length=160)
    planned_from = forms.DateField(label="Rencana mulai", widget=DayInput(), required=False)

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agencies: Any = self.fields["opd"]
        agencies.queryset = Opd.objects.valid(on=on)


class CodesForm(forms.Form):
    valid_from = forms.DateField(label="Berlaku sejak", widget=DayInput(), help_text="Paling cepat besok.")
    kode_lra = forms.CharField(
        label="Kode rekening pendapatan-LRA", max_length=30, validators=[KODE_REKENING]
    )
    kode_lo = forms.CharField(label="Kode rekening pendapatan-LO", max_length=30, validators=[KODE_REKENING])
    legal_basis = forms.CharField(
        label="Dasar hukum", max_length=300, help_text="Peraturan yang mengganti bagan akun."
    )
    together = forms.BooleanField(
        label="Juga untuk tarif lain di titik ini",
        required=False,
        initial=True,
        help_text="Biarkan tercentang bila semua tarif titik ini memakai kode yang sama.",
    )


class StaticQrisForm(forms.Form):
    """The acquirer's static QRIS: its text, or a picture of the printed code."""

    content = forms.CharField(
        label="Isi QRIS",
        required=False,
        strip=True,
        max_length=512,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        help_text="Tempel teks dari bank; diawali 000201.",
    )
    picture = forms.FileField(
        label="Atau foto QRIS",
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/*"}),
        help_text="Foto atau hasil pindai stiker QRIS, paling besar 5 MB.",
    )

    def clean_picture(self) -> str:
        """The one text in the picture."""
        upload = self.cleaned_data["picture"]
        return code_in(upload) if upload else ""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        typed, seen = data.get("content", ""), data.pop("picture", "")
        if not self.errors and not typed and not seen:
            raise forms.ValidationError("Tempel isi QRIS atau pilih fotonya.")
        if typed and seen and typed != seen:
            raise forms.ValidationError("Teks dan foto berisi QRIS yang berbeda. Pakai salah satu.")
        data["content"] = typed or seen
        return data


class RolloutSentence(OfficeSentence):
    """The roll-out list's filter."""

    jenis = forms.ChoiceField(label="Titik", required=False)
    tahap = forms.ChoiceField(label="yang", required=False)
    q = forms.CharField(label="bernama", required=False, max_length=60)
    field_order = ("jenis", "opd", "tahap", "q")

    def __init__(self, data: Any, reach: Scope) -> None:
        super().__init__(data, reach)
        self.offer("jenis", CollectionPoint.Kind.choices, "semua jenis")
        self.offer("tahap", rollout.Stage.choices, "semua tahap")
