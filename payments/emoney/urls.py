from django.urls import URLPattern

app_name = "emoney"
urlpatterns: list[URLPattern] = []
