"""Addresses of the counter: the officer's phone, then the shifts and deposits of the office."""

from __future__ import annotations

from django.urls import path

from retribusi.counter.views import deposits, desk, sales, shifts

app_name = "counter"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("cari/", desk.search, name="search"),
    path("pesanan/<uuid:pk>/", desk.order, name="order"),
    path("pesanan/<uuid:pk>/struk/", desk.slip, name="slip"),
    path("pesanan/<uuid:pk>/<str:word>/", desk.order_deed, name="order_deed"),
    path("buka/", shifts.shift_open, name="shift_open"),
    path("tutup/", shifts.shift_close, name="shift_close"),
    path("penjualan/", sales.sale_list, name="sale_list"),
    path("shift/", shifts.shift_list, name="shift_list"),
    path("shift/<uuid:pk>/", shifts.shift_detail, name="shift_detail"),
    path("setoran/", deposits.deposit_list, name="deposit_list"),
    path("setoran/<int:opd_id>/baru/", deposits.deposit_new, name="deposit_new"),
    path("setoran/<uuid:pk>/", deposits.deposit_detail, name="deposit_detail"),
    path("setoran/<uuid:pk>/sahkan/", deposits.deposit_credit, name="deposit_credit"),
]
