"""/tp2dd/peluncuran/: the roll-out, in the namespace of its room."""

from django.urls import path

from tp2dd.rollout import share_views, views

urlpatterns = [
    path("", views.rollout_matrix, name="rollout_matrix"),
    path("porsi/", share_views.rollout_share, name="rollout_share"),
    path("<int:pk>/", views.rollout_opd, name="rollout_opd"),
    path("<int:pk>/<str:channel>/syarat/<str:item>/", views.rollout_tick, name="rollout_tick"),
    path("<int:pk>/<str:channel>/syarat/<str:item>/cabut/", views.rollout_untick, name="rollout_untick"),
    path("<int:pk>/<str:channel>/mulai/", views.rollout_start, name="rollout_start"),
    path("<int:pk>/<str:channel>/hentikan/", views.rollout_stop, name="rollout_stop"),
    path("<int:pk>/<str:channel>/nilai/", views.rollout_judge, name="rollout_judge"),
    path("<int:pk>/<str:channel>/wajibkan/", views.rollout_require, name="rollout_require"),
]
