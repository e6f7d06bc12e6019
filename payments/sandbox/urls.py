"""The phone, the bank's counters, and SNAP under ``/v1.0/``."""

from django.urls import path

from payments.sandbox import snap_views
from payments.sandbox.views import accounts, acquiring, cards, cms, emoney, merchants, virtual
from payments.snap.codes import Service

app_name = "sandbox"


def _snap(service: Service) -> str:
    return service.path.lstrip("/")


urlpatterns = [
    path("", acquiring.phone, name="phone"),
    path("daftar/", acquiring.open_list, name="open_list"),
    path("qris/<str:reference_no>/", acquiring.qr, name="qr"),
    path("cetak/", acquiring.printed, name="printed"),
    path("gambar/<str:reference_no>.png", acquiring.picture, name="picture"),
    path("hasil/<uuid:tap_id>/", acquiring.result, name="result"),
    path("hasil/<uuid:tap_id>/berita/", acquiring.result_notices, name="result_notices"),
    path("va/", virtual.va, name="va"),
    path("va/<int:order_id>/", virtual.va_order, name="va_order"),
    path("berita/", acquiring.notices, name="notices"),
    path("perilaku/", acquiring.behaviours, name="behaviours"),
    path("hari/", acquiring.days, name="days"),
    path("hari/tutup/", acquiring.close_day, name="close_day"),
    path("hari/tarif/", acquiring.set_rate, name="set_rate"),
    path("hari/berkas/<str:name>", acquiring.bank_file, name="bank_file"),
    path("rekening/", accounts.accounts, name="accounts"),
    path("rekening/menunggu/<int:transfer_id>/", accounts.end, name="end"),
    path("rekening/<str:number>/", accounts.account, name="account"),
    path("rekening/<str:number>/mutasi.csv", accounts.statement, name="statement"),
    path("merchant/", merchants.merchants, name="merchants"),
    path("merchant/<slug:key>.png", merchants.picture_of, name="merchant_picture"),
    path("cms/", cms.bulk, name="cms"),
    path("cms/transfer/", cms.by_hand, name="cms_by_hand"),
    path("cms/hasil/<str:name>", cms.result, name="cms_result"),
    path("kartu/", cards.cards, name="cards"),
    path("kartu/baru/", cards.new_card, name="new_card"),
    path("kartu/keadaan/", cards.set_status, name="card_status"),
    path("kartu/tagihan/", cards.issue, name="issue_bill"),
    path("kartu/tagihan/<str:number>.csv", cards.bill_file, name="bill_file"),
    path("uang-elektronik/", emoney.emoney_cards, name="emoney"),
    path("uang-elektronik/<int:card_id>/", emoney.emoney_card, name="emoney_card"),
    path("uang-elektronik/<int:card_id>/riwayat.csv", emoney.history, name="emoney_history"),
    path("lainnya/", emoney.more, name="more"),
    path("sehat", acquiring.health, name="health"),
    path(_snap(Service.TOKEN_B2B), snap_views.access_token),
    *(path(_snap(service), snap_views.serve, {"service": service}) for service in snap_views.DEEDS),
]
