"""A bill in a bank's own writing waits, is taught once, and the next one comes in by itself."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from opd.models import AuditEvent, User
from payments.kkpd import services
from payments.kkpd.errors import KkpdError
from payments.kkpd.models import Bill, BillFile, BillLine, BillProfile
from payments.kkpd.reading import BillRefused
from payments.kkpd.services import taught
from tests.kkpd import world
from tests.kkpd.test_screens import as_user, html, post
from tests.kkpd.world import Cards, later, strange_text
from tests.opd.cast import person
from tests.spending.claims import world as spending
from tests.spending.claims.world import AT

pytestmark = pytest.mark.django_db
NAME = "Bank Uji, CSV"


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Cards:
    monkeypatch.setattr(timezone, "now", lambda: world.later(1))
    return world.cards()


def received(town: Cards, content: str, *, by: User | None = None) -> Bill | BillFile:
    upload = ContentFile(content.encode(), name="dts.csv")
    return services.receive(opd_id=town.place.opd.pk, upload=upload, by=by or town.admin, at=later(1))


def waiting(town: Cards, content: str) -> BillFile:
    file = received(town, content)
    assert isinstance(file, BillFile)
    return file


def learned(town: Cards, file: BillFile, *, name: str = NAME, by: User | None = None, **told: str) -> Bill:
    guess, _ = taught.guess(file)
    return services.teach(
        file_id=file.pk, name=name, layout=guess.layout, given={**guess.told, **told},
        by=by or town.admin, at=later(2),
    )  # fmt: skip


def test_a_bill_is_taught_once_and_the_next_ones_name_only_what_their_tables_leave_out(town: Cards) -> None:
    report = world.reported(town, replace(world.bought(town, 1_250_000), rrn="000000000042"))
    file = waiting(town, strange_text(town, "1.250.000,00", "75.500,50", total="1.325.500,50"))
    assert not Bill.objects.exists()
    bill = learned(town, file)
    assert (bill.number, bill.total, bill.count) == ("DTS/1", Decimal("1325500.50"), 2)
    assert bill.lines.get(line_no=5).report == report
    file.refresh_from_db()
    assert (file.bill, str(file.profile)) == (bill, f"{NAME} (versi 1)")
    assert file.given == {"number": "DTS/1", "due_date": "2026-06-21"}
    done = AuditEvent.objects.filter(action__startswith="kkpd_bill").order_by("pk")
    assert [one.action for one in done] == [
        "kkpd_bill_file.receive", "kkpd_bill.import", "kkpd_bill_file.teach",
    ]  # fmt: skip
    second = waiting(town, strange_text(town, "5.000,00", number="DTS/2", total="5.000,00", first=90))
    guess, profile = taught.guess(second)
    assert profile == file.profile
    learned(town, second)
    assert BillProfile.objects.count() == 1
    assert guess.told["number"] == "DTS/2"


def test_a_file_that_says_all_comes_in_by_itself_once_its_layout_is_known(town: Cards) -> None:
    def full(number: str, rrn: int, amount: str, total: str) -> str:
        card = f"{town.goods.first6}XXXXXX{town.goods.last4}"
        head = "No. Kartu;Tgl. Trx;Keterangan;RRN;Nominal;Kanal;No. Tagihan;Due Date"
        row = f"{card};1 Jun 2026;TOKO;{rrn:012};{amount};QRIS;{number};21/06/2026"
        return "\n".join([head, row, f"Total;;;;{total};;;", ""])

    learned(town, waiting(town, full("A1", 1, "75.500,50", "75.500,50")))
    bill = received(town, full("A2", 2, "1.000.000,00", "1.000.000,00"))
    assert isinstance(bill, Bill)
    assert (bill.number, bill.lines.get().via) == ("A2", "qris")
    cut = received(town, full("A3", 3, "1.000.000,00", "1.000.001,00"))
    assert isinstance(cut, BillFile)
    assert cut.is_waiting
    with pytest.raises(KkpdError, match="jumlah tertulis"):
        learned(town, cut)
    with pytest.raises(BillRefused, match="sudah ada di tagihan lain"):
        received(town, full("A4", 2, "1.000.000,00", "1.000.000,00"))
    with pytest.raises(BillRefused, match="sudah diimpor"):
        received(town, full("A2", 2, "1.000.000,00", "1.000.000,00"))
    assert Bill.objects.count() == 2


def test_a_bill_without_a_total_comes_in_by_the_bank_s_letter_alone(town: Cards) -> None:
    file = waiting(town, strange_text(town, "1.250.000,00"))
    with pytest.raises(KkpdError, match="isi jumlah tagihan"):
        learned(town, file)
    with pytest.raises(KkpdError, match="menurut isi berkas"):
        learned(town, file, total="1250001")
    assert not BillProfile.objects.exists()
    assert learned(town, file, total="1250000").total == 1_250_000


def test_an_unknown_card_changes_nothing(town: Cards) -> None:
    content = strange_text(town, "5.000,00", total="5.000,00").replace(town.goods.first6, "499999")
    file = waiting(town, content)
    with pytest.raises(BillRefused, match="tidak terdaftar"):
        learned(town, file)
    file.refresh_from_db()
    assert file.is_waiting
    assert not BillProfile.objects.exists()
    assert not BillLine.objects.exists()


def test_a_dropped_file_may_come_again(town: Cards) -> None:
    content = strange_text(town, "5.000,00", total="5.000,00")
    file = waiting(town, content)
    assert waiting(town, content) == file
    with pytest.raises(KkpdError, match="alasannya"):
        services.drop(file_id=file.pk, reason="x", by=town.admin, at=later(2))
    services.drop(file_id=file.pk, reason="salah bulan", by=town.admin, at=later(2))
    with pytest.raises(KkpdError, match="dibatalkan"):
        learned(town, file)
    assert waiting(town, content) != file


def test_strangers_neither_upload_teach_nor_see(town: Cards) -> None:
    file = waiting(town, strange_text(town, "5.000,00", total="5.000,00"))
    stranger = person("orang.lain")
    with pytest.raises(PermissionDenied):
        received(town, strange_text(town, "1,00"), by=stranger)
    with pytest.raises(PermissionDenied):
        learned(town, file, by=stranger)
    other = world.cards(spending.office("114", bud=town.place.bud))
    html(other.admin, "file_teach", file.pk, status=404)
    assert file.name not in html(other.admin, "bill_list")


def test_the_tables_keep_layouts_and_files(town: Cards) -> None:
    file = waiting(town, strange_text(town, "5.000,00", total="5.000,00"))
    learned(town, file)
    for rows in (BillProfile.objects.all(), BillFile.objects.all()):
        with pytest.raises(DatabaseError, match="tidak boleh dihapus"), transaction.atomic():
            rows._raw_delete(rows.db)
    with pytest.raises(DatabaseError, match="tidak boleh dihapus"), transaction.atomic():
        BillProfile.objects.update(name="lain")


def test_by_hand_from_the_upload_to_the_bill(town: Cards) -> None:
    content = strange_text(town, "1.250.000,00").encode()
    upload = SimpleUploadedFile("dts.csv", content, "text/csv")
    page = post(town.admin, "bill_upload", opd=town.place.opd.pk, file=upload)
    assert "Kenalkan bentuk tagihan" in page
    assert "isi jumlah tagihan menurut surat bank" in page
    file = BillFile.objects.get()
    assert "Menunggu dikenalkan" in html(town.admin, "bill_list")
    fields = {
        "card": "No. Kartu", "transaction_date": "Tgl. Trx", "merchant": "Keterangan", "amount": "Nominal",
        "rrn": "RRN", "via": "Kanal", "tagihan_no": "DTS/1", "tempo": "2026-06-21",
        "jumlah": "1.250.000", "nama": NAME,
    }  # fmt: skip
    assert "sama dengan yang Anda isi" in post(town.admin, "file_teach", file.pk, **fields)
    assert not Bill.objects.exists()
    address = reverse("kkpd:file_teach", args=[file.pk])
    wrong = {**fields, "kartu": "5264220000000001", "simpan": "ya"}
    assert as_user(town.admin).post(address, wrong).status_code == 400
    assert not Bill.objects.exists()
    assert "diimpor: 1 transaksi" in post(town.admin, "file_teach", file.pk, **fields, simpan="ya")
    bill = Bill.objects.get()
    assert as_user(town.admin).get(address)["Location"] == reverse("kkpd:bill_detail", args=[bill.pk])


def test_no_file_is_kept_that_is_no_table(town: Cards) -> None:
    upload = ContentFile(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", name="dts.csv")
    with pytest.raises(BillRefused, match="bukan tabel"):
        services.receive(opd_id=town.place.opd.pk, upload=upload, by=town.admin, at=AT)
    assert not BillFile.objects.exists()
