"""/pengaturan/: what an administrator sets up."""

from django.urls import path

from opd.views import agencies, people

app_name = "settings"
urlpatterns = [
    path("pengguna/", people.user_list, name="user_list"),
    path("pengguna/baru/", people.user_create, name="user_create"),
    path("pengguna/<int:pk>/", people.user_detail, name="user_detail"),
    path("pengguna/<int:pk>/peran/", people.role_assign, name="role_assign"),
    path("pengguna/<int:pk>/akses/", people.user_activation, name="user_activation"),
    path("pengguna/<int:pk>/sandi/", people.user_reset_password, name="user_reset_password"),
    path("pengguna/<int:pk>/kode-kedua/", people.user_second_factor, name="user_second_factor"),
    path("peran/<int:pk>/akhiri/", people.role_end, name="role_end"),
    path("opd/", agencies.opd_list, name="opd_list"),
    path("opd/impor/", agencies.opd_import, name="opd_import"),
    path("jejak/", agencies.audit_list, name="audit_list"),
]
