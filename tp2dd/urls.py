from django.urls import URLPattern, URLResolver, include, path

from tp2dd import views
from tp2dd.board import views as board

app_name = "tp2dd"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", board.dashboard, name="dashboard"),
    path("nontunai/<slug:slug>/", board.detail, name="detail"),
    path("sebelum/", board.baseline, name="baseline"),
    path("penerimaan/", views.takings, name="takings"),
    path("keterbukaan/", include("tp2dd.transparency.urls")),
    path("peluncuran/", include("tp2dd.rollout.urls")),
]
