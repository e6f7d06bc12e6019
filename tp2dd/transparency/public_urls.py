"""/transparansi/."""

from django.urls import path

from tp2dd.transparency import public

app_name = "transparency"
urlpatterns = [
    path("", public.page, name="page"),
    path("nontunai.csv", public.figures, name="figures"),
    path("kamus.csv", public.dictionary, name="dictionary"),
]
