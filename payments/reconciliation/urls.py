from django.urls import path

from payments.reconciliation.views import (
    cutoff,
    desk,
    differences,
    examples,
    feeds,
    files,
    matches,
    minutes,
    overview,
    settlements,
)

app_name = "reconciliation"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("pisah-batas/", cutoff.cut_off, name="cut_off"),
    path("settlement/", settlements.settlement_list, name="settlement_list"),
    path("berita-acara/", minutes.minutes, name="minutes"),
    path("pencocokan/", matches.match_list, name="match_list"),
    path("berkas/", files.file_list, name="file_list"),
    path("berkas/unggah/", files.file_upload, name="file_upload"),
    path("berkas/otomatis/", feeds.feed_list, name="feed_list"),
    path("berkas/otomatis/mulai/", feeds.feed_start, name="feed_start"),
    path("berkas/otomatis/tanya/", feeds.feed_ask, name="feed_ask"),
    path("berkas/otomatis/<int:pk>/henti/", feeds.feed_stop, name="feed_stop"),
    path("berkas/<int:pk>/", files.file_detail, name="file_detail"),
    path("berkas/<int:pk>/kenalkan/", examples.teach, name="file_teach"),
    path("berkas/<int:pk>/kemajuan/", files.file_progress, name="file_progress"),
    path("berkas/<int:pk>/asli/", files.file_original, name="file_original"),
    path("berkas/<int:pk>/jalankan-lagi/", files.file_rerun, name="file_rerun"),
    path("selisih/", differences.exception_list, name="exception_list"),
    path("selisih/jelaskan/", desk.exception_bulk, name="exception_bulk"),
    path("selisih/tugaskan/", desk.exception_bulk_assign, name="exception_bulk_assign"),
    path("selisih/<int:pk>/", differences.exception_detail, name="exception_detail"),
    path("selisih/<int:pk>/jelaskan/", differences.exception_explain, name="exception_explain"),
    path("selisih/<int:pk>/titipan/", differences.exception_record, name="exception_record"),
    path("selisih/<int:pk>/tugaskan/", desk.exception_assign, name="exception_assign"),
    path("selisih/<int:pk>/catat/", desk.exception_comment, name="exception_comment"),
    path("selisih/<int:pk>/buka-lagi/", desk.exception_reopen, name="exception_reopen"),
]
