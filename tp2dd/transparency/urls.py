"""/tp2dd/keterbukaan/: the decisions, in the namespace of their room."""

from django.urls import path

from tp2dd.transparency import views

urlpatterns = [
    path("", views.disclosure, name="disclosure"),
    path("putuskan/", views.disclosure_decide, name="disclosure_decide"),
]
