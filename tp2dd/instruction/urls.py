"""/instruksi/: the instructions, the one page of each, and each agency's own."""

from django.urls import path

from tp2dd.instruction.views import agency, board, drafting

app_name = "instruction"
urlpatterns = [
    path("", board.listed, name="list"),
    path("baru/", drafting.new, name="new"),
    path("<int:pk>/", board.page, name="page"),
    path("<int:pk>/ubah/", drafting.edit, name="edit"),
    path("<int:pk>/butir/", drafting.add_point, name="point_add"),
    path("<int:pk>/butir/<int:serial>/hapus/", drafting.remove_point, name="point_remove"),
    path("<int:pk>/batalkan/", drafting.drop, name="drop"),
    path("<int:pk>/terbitkan/", drafting.issue, name="issue"),
    path("<int:pk>/tutup/", drafting.close, name="close"),
    path("<int:pk>/ringkasan.pdf", board.brief, name="brief"),
    path("<int:pk>/ringkasan/", board.brief_print, name="brief_print"),
    path("<int:pk>/pesan/", board.message, name="message"),
    path("opd/<int:pk>/", agency.agency, name="agency"),
    path("opd/<int:pk>/terima/", agency.acknowledge, name="acknowledge"),
    path("opd/<int:pk>/ingatkan/", agency.remind, name="remind"),
    path("kewajiban/<int:pk>/", agency.duty, name="duty"),
    path("kewajiban/<int:pk>/lapor/", agency.report, name="report"),
    path("kewajiban/<int:pk>/terima/", agency.accept, name="accept"),
    path("kewajiban/<int:pk>/kembalikan/", agency.send_back, name="send_back"),
    path("pengingat/<int:pk>/", agency.reminder, name="reminder"),
    path("pengingat/<int:pk>/surat.pdf", agency.reminder_pdf, name="reminder_pdf"),
]
