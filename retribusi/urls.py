"""Addresses of this room: the visitor's, then the office's."""

from django.urls import path

from retribusi.views import takings, visitor

app_name = "retribusi"
urlpatterns = [
    path("r/<slug:slug>/", visitor.point, name="point"),
    path("pesanan/<str:token>/", visitor.order, name="order"),
    path("bayar/<str:token>/", visitor.pay, name="pay"),
    path("bayar/<str:token>/keadaan", visitor.pay_state, name="pay_state"),
    path("bayar/<str:token>/qris.png", visitor.pay_picture, name="pay_picture"),
    path("bayar/<str:token>/qr-baru/", visitor.pay_again, name="pay_again"),
    path("bayar/<str:token>/tanya/", visitor.pay_ask, name="pay_ask"),
    path("bayar/<str:token>/batal/", visitor.pay_cancel, name="pay_cancel"),
    path("tiket/kunci.json", visitor.ticket_keys, name="ticket_keys"),
    path("tiket/<str:token>/", visitor.tickets, name="tickets"),
    path("kuitansi/<str:token>/", visitor.receipt, name="receipt"),
    path("retribusi/penerimaan/", takings.takings_list, name="takings_list"),
    path("retribusi/penerimaan/<uuid:pk>/", takings.takings_detail, name="takings_detail"),
    path("retribusi/kejanggalan/", takings.trouble_list, name="trouble_list"),
    path("retribusi/kejanggalan/<int:pk>/jelaskan/", takings.trouble_explain, name="trouble_explain"),
]
