"""/tp2dd/konsistensi/: the matrix, its findings, and the chain of one node."""

from django.urls import path

from tp2dd.consistency import views

app_name = "consistency"
urlpatterns = [
    path("", views.matrix, name="matrix"),
    path("hitung/", views.run, name="run"),
    path("rantai/", views.chain, name="chain"),
    path("temuan/", views.finding_list, name="finding_list"),
    path("temuan/<int:pk>/", views.finding_detail, name="finding_detail"),
    path("temuan/<int:pk>/jelaskan/", views.finding_explain, name="finding_explain"),
    path("temuan/<int:pk>/tugaskan/", views.finding_assign, name="finding_assign"),
    path("temuan/<int:pk>/terima/", views.finding_accept, name="finding_accept"),
    path("temuan/<int:pk>/kembalikan/", views.finding_send_back, name="finding_send_back"),
]
