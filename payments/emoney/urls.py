"""/uang-elektronik/: the register, the issuer's histories, purchases, and the holder's phone."""

from django.urls import path

from payments.emoney.views import cards, history, mine, money, taps

app_name = "emoney"
urlpatterns = [
    path("", cards.card_list, name="card_list"),
    path("baru/", cards.card_new, name="card_new"),
    path("akhir-tahun/", cards.year_end, name="year_end"),
    path("kartu/<int:pk>/", cards.card_detail, name="card_detail"),
    path("kartu/<int:pk>/isi-ulang/", money.top_up, name="top_up"),
    path("kartu/<int:pk>/kembalikan/", money.return_balance, name="return_balance"),
    path("kartu/<int:pk>/blokir/", cards.card_block, name="card_block"),
    path("kartu/<int:pk>/buka-blokir/", cards.card_unblock, name="card_unblock"),
    path("kartu/<int:pk>/akhiri/", cards.card_end, name="card_end"),
    path("riwayat/", history.history_list, name="history_list"),
    path("riwayat/<int:pk>/", history.history_detail, name="history_detail"),
    path("riwayat/<int:pk>/asli/", history.history_original, name="history_original"),
    path("riwayat/<int:pk>/simpan/", history.history_save, name="history_save"),
    path("riwayat/<int:pk>/buang/", history.history_drop, name="history_drop"),
    path("belum/", taps.tap_list, name="tap_list"),
    path("transaksi/<int:pk>/", taps.movement_detail, name="movement_detail"),
    path("transaksi/<int:pk>/bebankan/", taps.movement_charge, name="movement_charge"),
    path("transaksi/<int:pk>/ganti/", money.repay, name="repay"),
    path("transaksi/<int:pk>/jelaskan/", taps.movement_explain, name="movement_explain"),
    path("saya/", mine.my_taps, name="my_taps"),
    path("saya/<int:pk>/", mine.my_tap, name="my_tap"),
    path("saya/<int:pk>/tarik/", mine.my_tap_withdraw, name="my_tap_withdraw"),
]
