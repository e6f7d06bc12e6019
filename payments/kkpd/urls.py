from django.urls import URLPattern

app_name = "kkpd"
urlpatterns: list[URLPattern] = []
