"""/audit/: findings, access, samples and lists."""

from django.urls import path

from payments.auditing.views import access, findings, lists, samples

app_name = "auditing"
urlpatterns = [
    path("temuan/", findings.finding_list, name="finding_list"),
    path("temuan/baru/", findings.finding_new, name="finding_new"),
    path("temuan/<int:pk>/", findings.finding_detail, name="finding_detail"),
    path("temuan/<int:pk>/temuan.pdf", findings.finding_pdf, name="finding_pdf"),
    path("temuan/<int:pk>/jawab/", findings.finding_answer, name="finding_answer"),
    path("temuan/<int:pk>/nilai/", findings.finding_judge, name="finding_judge"),
    path("temuan/<int:pk>/cabut/", findings.finding_withdraw, name="finding_withdraw"),
    path("akses/", access.access_matrix, name="access_matrix"),
    path("sampel/", samples.sample_list, name="sample_list"),
    path("sampel/baru/", samples.sample_new, name="sample_new"),
    path("sampel/<int:pk>/", samples.sample_detail, name="sample_detail"),
    path("sampel/<int:pk>/bukti.zip", samples.sample_zip, name="sample_zip"),
    path("daftar/", lists.list_index, name="list_index"),
    path("daftar/<slug:slug>/", lists.list_detail, name="list_detail"),
]
