from django.urls import URLPattern, URLResolver, include, path

from tp2dd import views

app_name = "tp2dd"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.dashboard, name="dashboard"),
    path("peluncuran/", include("tp2dd.rollout.urls")),
]
