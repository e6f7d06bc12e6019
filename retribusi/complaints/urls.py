"""Addresses of complaints: the person's, then the office's."""

from django.urls import path

from retribusi.complaints.views import office, public

app_name = "complaints"
urlpatterns = [
    path("pengaduan/", public.new, name="new"),
    path("pengaduan/<str:token>/", public.follow, name="follow"),
    path("pengaduan/<str:token>/pesan/", public.message, name="message"),
    path("pengaduan/<str:token>/nilai/", public.verdict, name="verdict"),
    path("retribusi/pengaduan/", office.complaint_list, name="complaint_list"),
    path("retribusi/pengaduan/statistik/", office.complaint_figures, name="complaint_figures"),
    path("retribusi/pengaduan/<uuid:pk>/", office.complaint_detail, name="complaint_detail"),
    path("retribusi/pengaduan/<uuid:pk>/teruskan/", office.complaint_assign, name="complaint_assign"),
    path("retribusi/pengaduan/<uuid:pk>/jawab/", office.complaint_answer, name="complaint_answer"),
    path("retribusi/pengaduan/<uuid:pk>/catat/", office.complaint_note, name="complaint_note"),
    path("retribusi/pengaduan/<uuid:pk>/tutup/", office.complaint_close, name="complaint_close"),
    path("retribusi/pengaduan/<uuid:pk>/buka/", office.complaint_reopen, name="complaint_reopen"),
    path("retribusi/pengaduan/<uuid:pk>/kontak/", office.complaint_contact, name="complaint_contact"),
]
