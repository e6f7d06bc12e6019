"""Evidence attached to a row of any room: photos and PDFs, added from the PC or the phone.

A room registers its subject type with its own access check; the office owns the addresses and the pages.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.http.response import FileResponse

from opd import audit
from opd.models import User
from opd.office import evidence, pictures
from opd.office.documents import Subject, subject_key
from opd.office.models import Attachment, Evidence


class AttachmentError(Exception):
    """The evidence is not taken or not removed; the message is for the screen."""


@dataclass(frozen=True)
class SubjectType:
    """What a room tells about its subjects. ``kinds`` gives the words and labels of the evidence it takes,
    ``back`` the page to return to, one that this person may open, ``title`` its name for a heading."""

    name: str
    may_view: Callable[[User, str], bool]
    may_add: Callable[[User, str], bool]
    kinds: Callable[[str], Mapping[str, str]]
    back: Callable[[User, str], str]
    title: Callable[[str], str]
    pictures_only: Collection[str] = ()


_types: dict[str, SubjectType] = {}


def register_subject(
    type: str,
    *,
    may_view: Callable[[User, str], bool],
    may_add: Callable[[User, str], bool],
    kinds: Callable[[str], Mapping[str, str]],
    back: Callable[[User, str], str],
    title: Callable[[str], str] = lambda id: "",
    pictures_only: Collection[str] = (),
) -> None:
    """Let the office own ``/bukti/<type>/<id>/…`` for a model label (``spending.npd``); in AppConfig.ready.

    The checks get the id as text from the address: answer False for one that names nothing. ``may_add`` must
    also say False once the subject is past the state in which evidence may change. Kinds in
    ``pictures_only`` take no PDF.
    """
    _types[type] = SubjectType(type, may_view, may_add, kinds, back, title, pictures_only)


def subject_type(name: str) -> SubjectType | None:
    return _types.get(name)


@transaction.atomic
def attach(
    *,
    subject: Subject,
    kind: str,
    upload: File[bytes],
    by: User | None,
    at: datetime,
    via: str = Attachment.Via.PC,
    note: str = "",
) -> Attachment:
    """Keep a photo or PDF (at most 10 MB) as evidence of a subject.

    Raises AttachmentError for another type, a broken picture or the same bytes twice on this subject;
    PermissionDenied where the room's ``may_add`` says no.
    """
    of_type, of_id = subject_key(subject)
    _check(of_type, of_id, by)
    known = _types.get(of_type)
    kinds = known.kinds(of_id) if known else {}
    if known and kind not in kinds:
        raise AttachmentError(_wrong_kind(kind, kinds))
    try:
        found = pictures.media_type(upload)
    except pictures.FileRefused as error:
        raise AttachmentError(str(error)) from error
    if known and kind in known.pictures_only and not found.startswith("image/"):
        raise AttachmentError(
            f"{kinds[kind]} harus berupa gambar (JPEG atau PNG); ini PDF. Berkas belum dilampirkan."
        )
    name = (upload.name or "tanpa nama").rsplit("/", 1)[-1][:200]
    kept, _ = evidence.store(upload, name=name, media_type=found, by=by, at=at)
    row = Attachment(
        subject_type=of_type, subject_id=of_id, kind=kind, evidence=kept, name=name, note=note[:300], via=via,
        added_at=at, added_by=by,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise AttachmentError(f"Berkas “{name}” sudah dilampirkan di sini; tidak perlu dua kali.") from error
    _keep_thumbnail(kept)
    after = {"kind": kind, "name": name, "sha256": kept.sha256, "via": via}
    audit.record("evidence.attach", (of_type, of_id), by=by, at=at, after=after)
    return row


def _wrong_kind(kind: str, kinds: Mapping[str, str]) -> str:
    if not kind or not kinds:
        return "Pilih jenis bukti dahulu. Berkas belum dilampirkan."
    return f"Pilih jenis bukti: di sini hanya {' atau '.join(kinds.values())}. Berkas belum dilampirkan."


@transaction.atomic
def copy(*, subject: Subject, to: Subject) -> int:
    """Let what stands as proof of one subject prove another too, as it was added. In the caller's service,
    which checked the rights. Returns how many."""
    of_type, of_id = subject_key(to)
    rows = [
        Attachment(
            subject_type=of_type, subject_id=of_id, kind=row.kind, evidence=row.evidence, name=row.name,
            note=row.note, via=row.via, added_at=row.added_at, added_by=row.added_by,
        )
        for row in of(subject)
    ]  # fmt: skip
    return len(Attachment.objects.bulk_create(rows))


@transaction.atomic
def remove(*, attachment: Attachment, reason: str, by: User | None, at: datetime) -> None:
    """Take evidence away from its subject; the original and the history stay. Raises AttachmentError."""
    _check(attachment.subject_type, attachment.subject_id, by)
    if not reason.strip():
        raise AttachmentError("Tulis alasan pencabutan. Bukti belum dicabut.")
    done = Attachment.objects.filter(pk=attachment.pk, removed_at=None).update(
        removed_at=at, removed_by=by, remove_reason=reason.strip()[:300]
    )
    if not done:
        raise AttachmentError("Bukti ini sudah dicabut sebelumnya.")
    attachment.refresh_from_db()
    subject = attachment.subject_type, attachment.subject_id
    before = {"kind": attachment.kind, "name": attachment.name}
    audit.record("evidence.remove", subject, by=by, at=at, before=before, reason=attachment.remove_reason)


def _check(of_type: str, of_id: str, by: User | None) -> None:
    known = _types.get(of_type)
    if known and by is not None and not known.may_add(by, of_id):
        raise PermissionDenied("Bukti di sini tidak dapat Anda ubah.")


def of(subject: Subject, *, also_removed: bool = False) -> QuerySet[Attachment]:
    """What proves a subject, oldest first."""
    of_type, of_id = subject_key(subject)
    rows = Attachment.objects.filter(subject_type=of_type, subject_id=of_id)
    rows = rows if also_removed else rows.filter(removed_at=None)
    return rows.select_related("evidence", "added_by", "removed_by")


def of_many(type: str, ids: Iterable[str]) -> QuerySet[Attachment]:
    """What proves several subjects of one type, oldest first."""
    rows = Attachment.objects.filter(subject_type=type, subject_id__in=list(ids), removed_at=None)
    return rows.select_related("evidence", "added_by")


def all_of(type: str, prefix: str) -> QuerySet[Attachment]:
    """Everything ever attached to subjects of a type whose id begins so, what was taken away too."""
    return Attachment.objects.filter(subject_type=type, subject_id__startswith=prefix)


def missing(required_kinds: Iterable[str], subject: Subject) -> list[str]:
    """The kinds that nothing standing proves yet, in the order asked."""
    held = set(of(subject).values_list("kind", flat=True))
    return [kind for kind in required_kinds if kind not in held]


def download(attachment: Attachment) -> FileResponse:
    """The original as a download, after the caller's access check."""
    response = FileResponse(
        evidence.open_original(attachment.evidence),
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.evidence.media_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


def thumbnail(attachment: Attachment) -> HttpResponseBase:
    """A small picture of the evidence, kept by the browser; after the caller's access check."""
    kept = attachment.evidence
    content = _thumbnail_bytes(kept) if attachment.is_image else None
    response = HttpResponse(content or _SHEET, content_type="image/jpeg" if content else "image/svg+xml")
    response["Cache-Control"] = "private, max-age=86400, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _thumbnail_bytes(kept: Evidence) -> bytes | None:
    path = _thumbnail_path(kept)
    if default_storage.exists(path):
        with default_storage.open(path, "rb") as file:
            return bytes(file.read())
    try:
        with evidence.open_original(kept) as original:
            return pictures.thumbnail(original)
    except pictures.FileRefused:
        return None


def _keep_thumbnail(kept: Evidence) -> None:
    """Draw it once, when the evidence comes; a picture that can't be drawn shows as a sheet."""
    path = _thumbnail_path(kept)
    if not kept.media_type.startswith("image/") or default_storage.exists(path):
        return
    small = _thumbnail_bytes(kept)
    if small:
        default_storage.save(path, ContentFile(small))


def _thumbnail_path(kept: Evidence) -> str:
    return f"kecil/{kept.sha256[:2]}/{kept.sha256}.jpg"


_SHEET = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" height="96">'
    '<rect width="96" height="96" fill="#f3ede4"/>'
    '<path d="M30 16h26l14 14v50H30z" fill="#fff" stroke="#897d71" stroke-width="2"/>'
    '<path d="M56 16v14h14M38 44h24M38 54h24M38 64h16" fill="none" stroke="#897d71" stroke-width="2"/></svg>'
)
