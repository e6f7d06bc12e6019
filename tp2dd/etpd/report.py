"""The semester report in the shape of the law: Permendagri 56/2021 Pasal 21.

Progress of the electronified types of revenue and spending, progress of digital channels, and the rest; each
beside the semester before. What is printed of a frozen semester comes from its document alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from opd.models import Opd, Role, User
from opd.office import documents, rules, signers
from opd.office.calendar import day_of
from opd.office.models import Document
from payments.spending.sheets import day, section, table
from tp2dd.etpd import index
from tp2dd.etpd.checks import YES
from tp2dd.etpd.errors import EtpdError
from tp2dd.etpd.form import Column, Form
from tp2dd.etpd.index import is_digital
from tp2dd.etpd.models import Semester
from tp2dd.papers import OFFICE as OFFICE

KIND = documents.Kind(
    "etpd", "Laporan semester ETPD", "{n}/ETPD/{opd}/{year}", template="etpd/print/report.html"
)
Values = Mapping[str, str]


def issue(row: Semester, values: Values, before: Values, *, by: User, at: datetime) -> Document:
    """The numbered report of a semester, in the caller's transaction, taken last. Raises EtpdError."""
    code = str(rules.value("etpd.secretariat", day_of(at)))
    opd = Opd.objects.valid(on=day_of(at)).filter(code=code).first()
    if opd is None:
        raise EtpdError(
            f"OPD sekretariat TP2DD (kode {code}) tidak terdaftar pada {day_of(at):%d/%m/%Y}. Administrator "
            "mendaftarkannya di Pengaturan; semester belum dibekukan."
        )
    return documents.issue(
        kind=KIND.code, opd=opd, day=day_of(at), title=f"{KIND.label}, {row}", subject=row, amount=None,
        facts={
            "office": OFFICE, "sections": sections(row, values, before), "signers": signed_by(day_of(at)),
        },
        by=by, at=at,
    )  # fmt: skip


def signed_by(on: date) -> list[dict[str, str]]:
    """The secretary and the reviewer by decree; the chair's name is written by hand where nobody holds it."""
    chair = {"role": "Ketua Pelaksana Harian TP2DD", "name": "", "nip": ""}
    reviewer = signers.signer(Role.PENINJAU_BI, None, on)
    return [chair, reviewer, signers.signer(Role.SEKRETARIS_TP2DD, None, on)]


def sections(row: Semester, values: Values, before: Values) -> list[dict[str, Any]]:
    form = row.form_version.form
    return [
        _head(row),
        section(
            "A. Perkembangan jenis pendapatan dan belanja yang dielektronifikasi",
            table=_types(form, values, before),
            sentences=_levies_in_words(form, values),
        ),
        section("B. Perkembangan penggunaan kanal digital", table=_channels(form, values, before)),
        section("", table=_amounts(form, values)),
        section("C. Lainnya", pairs=_environment(form, values)),
        _index(row),
    ]


def _head(row: Semester) -> dict[str, Any]:
    period = row.period
    pairs = [
        ("Masa laporan", f"{row.name}, {day(period.first)} sampai {day(period.last)}"),
        ("Tenggat penyampaian", day(row.due_on)),
        ("Formulir", row.form_version.title),
        ("Versi", str(row.revision)),
    ]
    if row.correction_reason:
        pairs.append(("Alasan perbaikan", row.correction_reason))
    basis = (
        "Laporan TP2DD kepada Satgas P2DD menurut Pasal 21 Peraturan Menteri Dalam Negeri Nomor 56 Tahun"
        " 2021."
    )
    return section(pairs=pairs, sentences=[basis])


def _of_groups(form: Form, *groups: str) -> list[Column]:
    return [column for column in form.asked if column.group in groups]


def _types(form: Form, values: Values, before: Values) -> dict[str, Any]:
    """How many types are electronic, of those that the province has, now and the semester before."""
    kinds = (("Jenis belanja", ("B",)), ("Jenis pajak", ("C1",)), ("Jenis retribusi", ("C3",)))
    rows = []
    for label, groups in kinds:
        columns = _of_groups(form, *groups)
        rows.append([label, _count(form, columns, values), _count(form, columns, before)])
    return table([("Sudah elektronik", "text"), ("Semester ini", "text"), ("Semester lalu", "text")], rows)


def _count(form: Form, columns: Iterable[Column], values: Values) -> str:
    """Electronic types of those that apply; a dash where the semester has no answers."""
    given = [(column, values[column.field]) for column in columns if values.get(column.field)]
    if not given:
        return "–"
    apply = [pair for pair in given if pair[1] not in (form.not_levied, index.NOT_BUDGETED)]
    return f"{sum(_is_electronic(form, *pair) for pair in apply)} dari {len(apply)}"


def _is_electronic(form: Form, column: Column, value: str) -> bool:
    return is_digital(form, value) if column.type == "channels" else value == YES


def _levies_in_words(form: Form, values: Values) -> list[str]:
    """The types that nobody can pay digitally yet, by name."""
    left = [
        column.label
        for column in _of_groups(form, "C1", "C3")
        if values.get(column.field) not in (None, "", form.not_levied)
        and not is_digital(form, values[column.field])
    ]
    return [f"Belum punya kanal digital: {', '.join(left)}."] if left else []


def _channels(form: Form, values: Values, before: Values) -> dict[str, Any]:
    rows = [
        [column.label, values.get(column.field) or "–", before.get(column.field) or "–"]
        for column in _of_groups(form, "D")
    ]
    return table([("Kanal bagi masyarakat", "text"), ("Tersedia", "text"), ("Semester lalu", "text")], rows)


def _amounts(form: Form, values: Values) -> dict[str, Any]:
    """Rupiah by channel, taxes and levies side by side as the form asks for them."""
    columns = [column for column in _of_groups(form, "E") if column.type == "rupiah"]
    rows = [
        [f"{column.letter} {column.label}", Decimal(values[column.field])]
        for column in columns
        if values.get(column.field)
    ]
    return table([("Realisasi menurut kanal", "text"), ("Rupiah", "money")], rows)


def _environment(form: Form, values: Values) -> list[tuple[str, str]]:
    return [
        (column.label, values[column.field]) for column in _of_groups(form, "FG") if values.get(column.field)
    ]


def _index(row: Semester) -> dict[str, Any]:
    if row.index is None:
        return section("Indeks")
    rows = [
        [f"{one['aspect']}: {one['label']}", one["words"], f"{one['points']} dari {one['weight']}"]
        for one in row.result
    ]
    columns = [(label, "text") for label in ("Ukuran", "Keadaan", "Nilai")]
    told = f"{row.index:f}".replace(".", ",")
    rubric = row.rubric.code if row.rubric else ""
    words = f"Indeks {told}, tahap {row.stage} ({index.MARK}, bukan angka resmi; rubrik {rubric})."
    return section("Indeks ETPD", sentences=[words], table=table(columns, rows))
