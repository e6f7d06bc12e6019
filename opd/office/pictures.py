"""What an uploaded file really is, told by its bytes, and a small picture of it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from django.core.files.base import File
from PIL import Image, ImageOps

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 60_000_000
THUMBNAIL = (240, 240)
_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
_TYPES = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"%PDF-", "application/pdf"))
_FORMATS = ("JPEG", "PNG")


class FileRefused(ValueError):
    """The file can't be evidence; the message says what it is and what to do."""


def media_type(upload: File[bytes]) -> str:
    """image/jpeg, image/png or application/pdf, by magic bytes. Raises FileRefused."""
    size = upload.size or 0
    if not size:
        raise FileRefused("Berkas ini kosong. Pilih berkas lain.")
    if size > MOST_BYTES:
        raise FileRefused("Berkas lebih besar dari 10 MB. Perkecil foto atau pindai ulang, lalu unggah lagi.")
    upload.seek(0)
    head = upload.read(16)
    upload.seek(0)
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        raise FileRefused(
            "Foto ini berformat HEIC. Di ponsel: Pengaturan, Kamera, Format, pilih Paling Kompatibel;"
            " atau kirim ulang sebagai JPEG."
        )
    found = next((kind for magic, kind in _TYPES if head.startswith(magic)), None)
    if found is None:
        raise FileRefused(
            "Berkas bukan foto (JPEG/PNG) atau PDF. Foto atau pindai buktinya, lalu unggah lagi."
        )
    if found.startswith("image/"):
        _verify(upload)
    return found


def _verify(upload: File[bytes]) -> None:
    def check(image: Any) -> None:
        image.verify()

    _with_image(upload, check)
    upload.seek(0)


def _with_image(content: Any, deed: Callable[[Any], None]) -> None:
    """Run ``deed`` on the opened picture, after its size was judged and before a pixel is unpacked."""
    try:
        with Image.open(content, formats=_FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise FileRefused("Gambar terlalu besar; paling banyak 60 juta piksel. Perkecil dahulu.")
            deed(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise FileRefused("Gambar terlalu besar; paling banyak 60 juta piksel. Perkecil dahulu.") from error
    except (OSError, SyntaxError, ValueError) as error:
        if isinstance(error, FileRefused):
            raise
        raise FileRefused(
            "Foto ini rusak atau belum terkirim utuh. Ambil ulang, lalu unggah lagi."
        ) from error


def thumbnail(content: File[bytes]) -> bytes:
    """A small JPEG, drawn anew so that nothing of the original's metadata is left. Raises FileRefused."""
    out = io.BytesIO()

    def draw(image: Any) -> None:
        image.draft("RGB", (2 * THUMBNAIL[0], 2 * THUMBNAIL[1]))
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail(THUMBNAIL)
        flat = Image.new("RGB", upright.size, "white")
        alpha = upright.convert("RGBA")
        flat.paste(alpha, mask=alpha.getchannel("A"))
        flat.save(out, "JPEG", quality=72, optimize=True)

    _with_image(content, draw)
    return out.getvalue()
