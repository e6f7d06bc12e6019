"""One book of a month as a PDF of its own."""

from __future__ import annotations

from datetime import datetime

from opd.models import Opd
from opd.office import pdf
from payments.books import spj
from payments.books.days import last_of, named
from payments.books.queries import overview
from payments.books.shelf import Book


def book_pdf(shelf: Book, opd: Opd, year: int, month: int, *, at: datetime) -> bytes:
    """The rows of a month with opening, totals and signatures."""
    book = pdf.Book(f"{shelf.label} {named(year, month)}", office=opd.name, at=at, landscape=True)
    spj.write_rows(book, shelf, opd.pk, year, month)
    day = last_of(year, month)
    return book.signatures(overview.signers(opd, day), day=day).bytes()
