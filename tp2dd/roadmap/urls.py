"""/tp2dd/peta-jalan/: the action plan, roadmaps, and evaluation findings."""

from django.urls import path

from tp2dd.roadmap import views

app_name = "roadmap"
urlpatterns = [
    path("", views.action_list, name="action_list"),
    path("aksi/baru/", views.action_new, name="action_new"),
    path("aksi/<int:pk>/", views.action_detail, name="action_detail"),
    path("aksi/<int:pk>/maju/", views.action_progress, name="action_progress"),
    path("aksi/<int:pk>/selesai/", views.action_done, name="action_done"),
    path("aksi/<int:pk>/kembalikan/", views.action_reopen, name="action_reopen"),
    path("aksi/<int:pk>/ukur/", views.action_measure, name="action_measure"),
    path("aksi/<int:pk>/batal/", views.action_cancel, name="action_cancel"),
    path("dokumen/", views.roadmap_list, name="roadmap_list"),
    path("dokumen/baru/", views.roadmap_new, name="roadmap_new"),
    path("dokumen/<int:pk>/", views.roadmap_detail, name="roadmap_detail"),
    path("dokumen/<int:pk>/indikator/", views.indicator_new, name="indicator_new"),
    path("evaluasi/", views.evaluation_list, name="evaluation_list"),
    path("evaluasi/baru/", views.evaluation_new, name="evaluation_new"),
    path("evaluasi/<int:pk>/", views.evaluation_detail, name="evaluation_detail"),
    path("evaluasi/<int:pk>/tutup/", views.evaluation_close, name="evaluation_close"),
]
