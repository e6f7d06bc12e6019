"""/tp2dd/penilaian/: campaigns, sheets, published scores, rubrics."""

from django.urls import path

from tp2dd.evaluation.views import campaigns, rubrics, scores, sheets

app_name = "evaluation"
SHEET = "lembar/<int:pk>/"
ITEM = f"{SHEET}indikator/<slug:code>/"
urlpatterns = [
    path("", campaigns.campaign_list, name="campaign_list"),
    path("buka/", campaigns.campaign_new, name="campaign_new"),
    path("<int:pk>/", campaigns.campaign, name="campaign"),
    path("<int:pk>/baca/", campaigns.campaign_read, name="campaign_read"),
    path("<int:pk>/rubrik/", campaigns.campaign_rubric, name="campaign_rubric"),
    path("<int:pk>/tinjau/", campaigns.campaign_review, name="campaign_review"),
    path("<int:pk>/tutup/", campaigns.campaign_close, name="campaign_close"),
    path("<int:pk>/tetapkan/", campaigns.campaign_final, name="campaign_final"),
    path("<int:pk>/umumkan/", campaigns.campaign_publish, name="campaign_publish"),
    path("<int:pk>/perbaiki/", campaigns.campaign_correct, name="campaign_correct"),
    path("<int:pk>/bukti.zip", campaigns.campaign_binder, name="campaign_binder"),
    path(SHEET, sheets.sheet, name="sheet"),
    path(f"{SHEET}sampaikan/", sheets.sheet_submit, name="sheet_submit"),
    path(f"{SHEET}kembalikan/", sheets.sheet_back, name="sheet_back"),
    path(f"{SHEET}selesai/", sheets.sheet_done, name="sheet_done"),
    path(f"{SHEET}bukti.zip", sheets.sheet_binder, name="sheet_binder"),
    path(ITEM, sheets.item, name="item"),
    path(f"{ITEM}simpan/", sheets.item_save, name="item_save"),
    path(f"{ITEM}tinjau/", sheets.item_review, name="item_review"),
    path(f"{ITEM}putuskan/", sheets.item_decide, name="item_decide"),
    path("nilai/", scores.ranking, name="ranking"),
    path("nilai/<slug:key>/", scores.subject, name="subject"),
    path("rubrik/", rubrics.rubric_list, name="rubric_list"),
    path("rubrik/baru/", rubrics.rubric_new, name="rubric_new"),
    path("rubrik/unggah/", rubrics.rubric_upload, name="rubric_upload"),
    path("rubrik/<int:pk>/", rubrics.rubric, name="rubric"),
]
