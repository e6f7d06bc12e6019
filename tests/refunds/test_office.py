"""The office's pages: propose, decide, papers, the desk of titipan, requests."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from opd.models import Role, User
from opd.office import documents
from payments.incoming.models import MoneyException, Payment, Refund
from retribusi.refunds import services
from tests.complaints.cast import photo, signed_in
from tests.opd.cast import agency, person
from tests.refunds.cast import LATER, Office
from tests.retribusi.cast import AT, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("just_given")]


def path(payment: Payment) -> str:
    return f"/pengembalian/pembayaran/{payment.pk}/"


def proposed(office: Office, client: Client, **changes: Any) -> Any:
    given = {
        "seen": "13000.00",
        "amount": "13.000",
        "reason": "Tutup lebih awal",
        "evidence": photo(),
        **changes,
    }
    address = f"{path(office.payment)}usulkan/"
    return signed_in(client, office.treasurer).post(address, given, follow=True)


def test_the_money_path_says_where_it_is_and_what_is_lawful(office: Office, client: Client) -> None:
    page = text(signed_in(client, office.treasurer).get(path(office.payment)))
    assert "Jalan yang sah sekarang: Dibatalkan di bank" in page
    assert "di sini" in page
    office.in_rkud()
    page = text(client.get(path(office.payment)))
    assert "Jalan yang sah sekarang: Restitusi dari RKUD" in page
    assert "Bendahara tidak berwenang mengeluarkannya" in page


def test_a_refund_is_proposed_by_one_and_approved_by_another(office: Office, client: Client) -> None:
    page = text(proposed(office, client))
    refund = Refund.objects.get()
    assert "Menunggu persetujuan PA atau KPA" in page
    assert "bukti.png" in page
    assert "Setujui" not in page
    answer = signed_in(client, office.head).post(f"/pengembalian/{refund.pk}/setujui/", follow=True)
    assert "sudah dikembalikan dan dibukukan" in text(answer)
    assert Refund.objects.get().state == "done"
    assert "sudah “dikembalikan”" in text(client.post(f"/pengembalian/{refund.pk}/setujui/", follow=True))


def test_a_stale_page_proposes_nothing(office: Office, client: Client) -> None:
    office.settled()
    office.propose(3000)
    page = proposed(office, client)
    assert page.status_code == 400
    assert "sudah berubah" in text(page)
    assert Refund.objects.count() == 1


def test_levy_needs_evidence_or_a_request(office: Office, client: Client) -> None:
    page = proposed(office, client, evidence="")
    assert "Lampirkan permohonan atau bukti pembayar" in text(page)
    row = office.asks()
    assert "Usulan dicatat" in text(proposed(office, client, evidence="", permohonan=row.pk))
    row.refresh_from_db()
    assert (row.state, row.refund) == ("taken", Refund.objects.get())


def test_a_broken_file_proposes_nothing(office: Office, client: Client) -> None:
    from django.core.files.base import ContentFile

    page = proposed(office, client, evidence=ContentFile(b"bukan gambar", name="x.png"))
    assert "Belum ada yang diusulkan" in text(page)
    assert not Refund.objects.exists()


def test_a_request_of_another_order_is_not_answered_by_this_payment(office: Office, client: Client) -> None:
    row = office.asks()
    other = office.museum.waiting()
    second = office.museum.pay(other, rrn="632811000099")
    answer = signed_in(client, office.treasurer).post(
        f"{path(second)}usulkan/",
        {"seen": "13000.00", "amount": "13000", "reason": "x", "permohonan": row.pk},
    )  # fmt: skip
    assert "tentang pembayaran lain" in text(answer)


def test_a_proposal_is_refused_or_withdrawn_with_a_reason(office: Office, client: Client) -> None:
    first = office.propose()
    assert "Tulis alasannya" in text(
        signed_in(client, office.head).post(f"/pengembalian/{first.pk}/tolak/", {}, follow=True)
    )
    client.post(f"/pengembalian/{first.pk}/tolak/", {"reason": "Bukti kurang"})
    first.refresh_from_db()
    assert (first.state, first.message) == ("refused", "Bukti kurang")
    second = office.propose()
    signed_in(client, office.treasurer).post(f"/pengembalian/{second.pk}/tarik/", {"reason": "Salah"})
    second.refresh_from_db()
    assert (second.state, second.message) == ("refused", "Ditarik pengusul: Salah")


def test_a_restitution_goes_by_its_papers(office: Office, client: Client) -> None:
    office.in_rkud()
    refund = office.propose()
    page = text(signed_in(client, office.head).post(f"/pengembalian/{refund.pk}/setujui/", follow=True))
    assert "Konsep SKRDLB siap dicetak" in page
    konsep = documents.current("skrdlb", refund)
    assert konsep is not None
    printed = text(signed_in(client, office.treasurer).get(f"/dokumen/{konsep.token}/cetak/"))
    assert "lebih bayar" in printed
    assert "KONSEP" in printed
    for name in ("skrdlb", "spm"):
        given = {"number": f"900/{name}", "day": AT.date()}
        assert "dicatat" in text(client.post(f"/pengembalian/{refund.pk}/{name}/", given, follow=True))
    konsep.refresh_from_db()
    assert konsep.official_number == "900/skrdlb"
    assert client.post(f"/pengembalian/{refund.pk}/sp2d/", given).status_code == 403
    signed_in(client, office.bud)
    early = {"number": "SP2D/1", "day": "2026-11-01"}
    assert "tanggalnya sejak 24-11-2026" in text(
        client.post(f"/pengembalian/{refund.pk}/sp2d/", early, follow=True)
    )
    done = text(client.post(f"/pengembalian/{refund.pk}/sp2d/", {**early, "day": AT.date()}, follow=True))
    assert "sudah dikembalikan dan dibukukan" in done
    assert "Restitusi, SP2D SP2D/1" in done


def test_a_stopped_restitution_voids_its_konsep(office: Office) -> None:
    office.in_rkud()
    refund = office.propose()
    services.approve(refund_id=refund.pk, by=office.head, at=LATER)
    services.refuse(refund_id=refund.pk, reason="Pemohon mencabut", by=office.head, at=LATER)
    assert documents.current("skrdlb", refund) is None
    assert documents.of(refund).count() == 2


def test_the_desk_lists_titipan_until_it_is_proposed(office: Office, client: Client) -> None:
    second = office.museum.pay(office.paid, rrn="632811000002")
    signed_in(client, office.treasurer)
    page = text(client.get("/pengembalian/titipan/"))
    assert "Bayar ganda" in page
    assert "Simpan di sini" in page
    assert "Tidak ada titipan yang cocok" in text(client.get("/pengembalian/titipan/?umur=30"))
    assert "632811000002" in text(client.get("/pengembalian/titipan/?q=632811000002"))
    csv = b"".join(client.get("/pengembalian/titipan/?unduh=csv")).decode()
    assert "632811000002" in csv
    office.propose(payment=second, evidence=None)
    assert "Tidak ada titipan yang menunggu" in text(client.get("/pengembalian/titipan/"))


def test_a_kept_titipan_is_explained_and_stays(office: Office, client: Client) -> None:
    office.museum.pay(office.paid, rrn="632811000002")
    trouble = MoneyException.objects.get(kind="double")
    given = {"reason": "Pembayar meminta disimpan."}
    signed_in(client, office.treasurer).post(f"/retribusi/kejanggalan/{trouble.pk}/jelaskan/", given)
    trouble.refresh_from_db()
    assert trouble.state == "explained"
    page = text(client.get("/pengembalian/titipan/"))
    assert "632811000002" in page
    assert "Simpan di sini" not in page


def test_money_that_the_bank_gave_back_is_taken_over(office: Office, client: Client) -> None:
    request = office.museum.request(office.paid)
    trouble = MoneyException.objects.create(
        kind="refunded_at_bank", cause="uji", at=AT, request=request, opd=office.museum.opd,
        partner_reference_no=request.partner_reference_no,
    )  # fmt: skip
    signed_in(client, office.treasurer)
    assert "Catat sebagai pengembalian" in text(client.get("/retribusi/kejanggalan/"))
    answer = client.post(f"/pengembalian/kejanggalan/{trouble.pk}/", {"reason": "Surat bank 7"}, follow=True)
    assert "Dicatat sebagai pengembalian" in text(answer)
    assert Refund.objects.get().path == "found"


def test_an_unclear_refund_is_asked_again_and_ruled(office: Office, client: Client) -> None:
    office.museum.bank.mood = lambda service, body, honest: None
    refund = office.given_back()
    assert refund.state == "unclear"
    page = text(signed_in(client, office.treasurer).post(f"/pengembalian/{refund.pk}/tanya/", follow=True))
    assert "Tanya bank sekarang" in page
    signed_in(client, office.head)
    assert "Pilih" in text(client.post(f"/pengembalian/{refund.pk}/putus/", {"reason": "surat"}))
    given = {"done": "yes", "reason": "Surat bank 8"}
    assert "sudah dikembalikan" in text(client.post(f"/pengembalian/{refund.pk}/putus/", given, follow=True))


def test_requests_are_answered(office: Office, client: Client) -> None:
    row = office.asks(contact="0812 3456 789")
    signed_in(client, office.treasurer)
    assert office.paid.receipt_number in text(client.get("/pengembalian/permohonan/"))
    page = text(client.get(f"/pengembalian/permohonan/{row.pk}/"))
    assert "Pintu sudah dikunci." in page
    assert "0812" not in page
    assert "0812 3456 789" in text(client.post(f"/pengembalian/permohonan/{row.pk}/kontak/"))
    assert "Tulis alasannya" in text(
        client.post(f"/pengembalian/permohonan/{row.pk}/tolak/", {"answer": ""}, follow=True)
    )
    client.post(f"/pengembalian/permohonan/{row.pk}/tolak/", {"answer": "Sudah dipakai."})
    row.refresh_from_db()
    assert (row.state, row.answered_by) == ("declined", office.treasurer)


def test_another_agency_sees_and_does_nothing(office: Office, client: Client) -> None:
    refund, row = office.propose(), office.asks()
    stranger = person("lain", Role.BENDAHARA_PENERIMAAN, agency("120", "Dinas Pendidikan"))
    signed_in(client, stranger)
    for address in (
        f"/pengembalian/{refund.pk}/", path(office.payment), f"/pengembalian/permohonan/{row.pk}/",
    ):  # fmt: skip
        assert client.get(address).status_code == 404
    assert client.post(f"{path(office.payment)}usulkan/", {}).status_code == 404
    assert "Belum ada pengembalian" in text(client.get("/pengembalian/"))


def test_the_queue_filters_and_exports(office: Office, client: Client) -> None:
    office.given_back()
    signed_in(client, office.head)
    assert "Museum tutup lebih awal" in text(client.get(f"/pengembalian/?q={office.paid.receipt_number}"))
    assert "Tidak ada pengembalian yang cocok" in text(client.get("/pengembalian/?keadaan=open"))
    csv = b"".join(client.get("/pengembalian/?unduh=csv")).decode()
    assert "Dibatalkan di bank" in csv


def test_the_home_page_reminds_who_must_act(office: Office, client: Client) -> None:
    office.asks()
    office.propose()
    assert "Permohonan uang kembali" in text(signed_in(client, office.treasurer).get("/kantor/"))
    assert "Usulan pengembalian" in text(signed_in(client, office.head).get("/kantor/"))


def test_who_is_not_of_the_people_is_kept_out(office: Office, client: Client) -> None:
    plain: User = person("pegawai", Role.PEGAWAI, office.museum.opd)
    assert signed_in(client, plain).get("/pengembalian/").status_code == 403
