"""/kkpd/: the card's cycle."""

from django.urls import URLPattern, path

from payments.kkpd.views import bills, cards, dprs, files, lines, reports, testing

app_name = "kkpd"
urlpatterns: list[URLPattern] = [
    path("", lines.line_list, name="line_list"),
    path("lapor/", lines.report_new, name="report_new"),
    path("belanja/<uuid:pk>/", lines.line_detail, name="line_detail"),
    path("belanja/<uuid:pk>/tarik/", lines.line_withdraw, name="line_withdraw"),
    path("dpr/", dprs.dpr_list, name="dpr_list"),
    path("dpr/susun/", dprs.dpr_draft, name="dpr_draft"),
    path("dpr/<uuid:pk>/", dprs.dpr_detail, name="dpr_detail"),
    path("dpr/<uuid:pk>/tanda-tangan/", dprs.dpr_sign, name="dpr_sign"),
    path("dpr/<uuid:pk>/batal/", dprs.dpr_void, name="dpr_void"),
    path("kartu/", cards.card_list, name="card_list"),
    path("kartu/baru/", cards.card_new, name="card_new"),
    path("kartu/limit-up/", cards.purse_limit, name="purse_limit"),
    path("kartu/<int:pk>/", cards.card_detail, name="card_detail"),
    path("kartu/<int:pk>/blokir/", cards.card_block, name="card_block"),
    path("kartu/<int:pk>/buka/", cards.card_unblock, name="card_unblock"),
    path("kartu/<int:pk>/limit/", cards.card_limit, name="card_limit"),
    path("tagihan/", bills.bill_list, name="bill_list"),
    path("tagihan/unggah/", bills.bill_upload, name="bill_upload"),
    path("tagihan/berkas/<uuid:pk>/", files.file_teach, name="file_teach"),
    path("tagihan/berkas/<uuid:pk>/batal/", files.file_drop, name="file_drop"),
    path("tagihan/<uuid:pk>/", bills.bill_detail, name="bill_detail"),
    path("tagihan/<uuid:pk>/dpt/", bills.bill_dpt, name="bill_dpt"),
    path("tagihan/<uuid:pk>/surat/", bills.bill_letter, name="bill_letter"),
    path("tagihan/<uuid:pk>/npd/", bills.bill_npd, name="bill_npd"),
    path("tagihan/<uuid:pk>/verifikasi/", bills.bill_verify, name="bill_verify"),
    path("tagihan/<uuid:pk>/spp/", bills.bill_claim, name="bill_claim"),
    path("tagihan/<uuid:pk>/lunas/", bills.bill_settle, name="bill_settle"),
    path("tagihan/baris/<int:pk>/", testing.bill_line, name="bill_line"),
    path("tagihan/baris/<int:pk>/uji/", testing.line_test, name="line_test"),
    path("tagihan/baris/<int:pk>/cocok/", testing.line_match, name="line_match"),
    path("tagihan/baris/<int:pk>/lepas/", testing.line_unmatch, name="line_unmatch"),
    path("tagihan/baris/<int:pk>/pemegang/", testing.line_holder_paid, name="line_holder_paid"),
    path("terlambat/", reports.late_list, name="late_list"),
    path("rekap/", reports.recap, name="recap"),
]
