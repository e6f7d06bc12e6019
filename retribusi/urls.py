"""Addresses of this room: the visitor's, then the office's."""

from django.urls import path

from retribusi.views import points, posters, receipts, takings, visitor

app_name = "retribusi"
urlpatterns = [
    path("r/<slug:slug>/", visitor.point, name="point"),
    path("t/<int:number>/", posters.point_short, name="point_short"),
    path("pesanan/<str:token>/", visitor.order, name="order"),
    path("bayar/<str:token>/", visitor.pay, name="pay"),
    path("bayar/<str:token>/keadaan", visitor.pay_state, name="pay_state"),
    path("bayar/<str:token>/qris.png", visitor.pay_picture, name="pay_picture"),
    path("bayar/<str:token>/qr-baru/", visitor.pay_again, name="pay_again"),
    path("bayar/<str:token>/tanya/", visitor.pay_ask, name="pay_ask"),
    path("bayar/<str:token>/batal/", visitor.pay_cancel, name="pay_cancel"),
    path("tiket/kunci.json", visitor.ticket_keys, name="ticket_keys"),
    path("tiket/<str:token>/", visitor.tickets, name="tickets"),
    path("tiket/<str:token>/<int:number>.png", visitor.ticket_picture, name="ticket_picture"),
    path("kuitansi/<str:token>/", visitor.receipt, name="receipt"),
    path("kuitansi/<str:token>/kuitansi.png", visitor.receipt_picture, name="receipt_picture"),
    path("periksa/", receipts.check, name="receipt_check"),
    path("periksa/kunci/", receipts.keys, name="receipt_keys"),
    path("periksa/<str:signed>/", receipts.check, name="receipt_proof"),
    path("retribusi/penerimaan/", takings.takings_list, name="takings_list"),
    path("retribusi/penerimaan/<uuid:pk>/", takings.takings_detail, name="takings_detail"),
    path("retribusi/kejanggalan/", takings.trouble_list, name="trouble_list"),
    path("retribusi/kejanggalan/<int:pk>/jelaskan/", takings.trouble_explain, name="trouble_explain"),
    path("pengaturan/titik/", points.point_list, name="point_list"),
    path("pengaturan/titik/baru/", points.point_create, name="point_create"),
    path("pengaturan/titik/<int:pk>/", points.point_detail, name="point_detail"),
    path("pengaturan/titik/<int:pk>/ubah/", points.point_amend, name="point_amend"),
    path("pengaturan/titik/<int:pk>/salin/", points.point_copy, name="point_copy"),
    path("pengaturan/titik/<int:pk>/qris-statis/", posters.static_register, name="static_register"),
    path("pengaturan/titik/<int:pk>/qris-statis/tarik/", posters.static_withdraw, name="static_withdraw"),
    path("pengaturan/titik/<int:pk>/poster/", posters.poster_preview, name="poster_preview"),
    path("pengaturan/titik/<int:pk>/cetak/<slug:what>.pdf", posters.poster_file, name="poster_file"),
    path("pengaturan/titik/<int:pk>/jam/", points.point_hours, name="point_hours"),
    path("pengaturan/titik/<int:pk>/tarif/", points.tariff_add, name="tariff_add"),
    path("pengaturan/titik/<int:pk>/hari-khusus/", points.special_day_add, name="special_day_add"),
    path("pengaturan/titik/<int:pk>/rekening/", points.account_add, name="account_add"),
    path("pengaturan/titik/<int:pk>/jual/", points.point_go_live, name="point_go_live"),
    path("pengaturan/titik/<int:pk>/henti/", points.point_suspend, name="point_suspend"),
    path("pengaturan/tarif/<int:pk>/", points.tariff_amend, name="tariff_amend"),
    path("pengaturan/tarif/<int:pk>/kode/", points.tariff_codes, name="tariff_codes"),
    path("pengaturan/hari-khusus/<int:pk>/tarik/", points.special_day_drop, name="special_day_drop"),
]
