"""/tp2dd/etpd/: the official form of each semester."""

from django.urls import path

from tp2dd.etpd.views import bench, closing, requests, review, scores, semesters

app_name = "etpd"
urlpatterns = [
    path("", semesters.semester_list, name="semester_list"),
    path("buka/", semesters.semester_open, name="semester_open"),
    path("permintaan/", requests.my_requests, name="my_requests"),
    path("permintaan/<int:pk>/", requests.request_detail, name="request_detail"),
    path("permintaan/<int:pk>/jawab/", requests.request_reply, name="request_reply"),
    path("permintaan/<int:pk>/batal/", requests.request_withdraw, name="request_withdraw"),
    path("rubrik/", scores.rubric_list, name="rubric_list"),
    path("rubrik/baru/", scores.rubric_new, name="rubric_new"),
    path("peta/", scores.type_map, name="type_map"),
    path("<int:pk>/", semesters.semester, name="semester"),
    path("<int:pk>/kirim/", semesters.semester_submit, name="semester_submit"),
    path("<int:pk>/perbaiki/", semesters.semester_correct, name="semester_correct"),
    path("<int:pk>/kolom/", bench.bench, name="bench"),
    path("<int:pk>/kolom/simpan/", bench.bench_save, name="bench_save"),
    path("<int:pk>/fakta/", bench.bench_facts, name="bench_facts"),
    path("<int:pk>/kolom/<str:letter>/", bench.question, name="question"),
    path("<int:pk>/kolom/<str:letter>/minta/", requests.request_ask, name="request_ask"),
    path("<int:pk>/kolom/<str:letter>/catat/", review.remark, name="remark"),
    path("<int:pk>/ditunggu/", requests.owing, name="owing"),
    path("<int:pk>/kembalikan/", review.send_back, name="send_back"),
    path("<int:pk>/setujui/", review.accept, name="accept"),
    path("<int:pk>/indeks/", scores.index, name="index"),
    path("<int:pk>/bekukan/", closing.freeze, name="freeze"),
    path("<int:pk>/sampaikan/", closing.file, name="file"),
    path("<int:pk>/laporan/", closing.report, name="report"),
    path("<int:pk>/laporan.pdf", closing.report_pdf, name="report_pdf"),
    path("<int:pk>/ekspor/", closing.export, name="export"),
]
