from django.urls import path

from tp2dd import views

app_name = "tp2dd"
urlpatterns = [path("", views.dashboard, name="dashboard")]
