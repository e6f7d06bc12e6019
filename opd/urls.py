from django.urls import path

from opd import home

app_name = "opd"
urlpatterns = [path("kantor/", home.home, name="home")]
