"""The treasurer's books: read from the ledger, closed monthly, reported and proven."""

from __future__ import annotations

from django.urls import path

from payments.books.views import books, cash, closing, reports, statements

app_name = "books"
urlpatterns = [
    path("", books.overview, name="overview"),
    path("buku/<str:code>/", books.book_page, name="book"),
    path("buku/<str:code>/cetak/", books.book_print, name="book_print"),
    path("jurnal/<int:pk>/", books.journal_detail, name="journal_detail"),
    path("tunai/", cash.cash_list, name="cash_list"),
    path("tunai/<int:opd_id>/<str:word>/", cash.cash_move, name="cash_move"),
    path("pemeriksaan/", cash.inspection_list, name="inspection_list"),
    path("pemeriksaan/<int:opd_id>/baru/", cash.inspect, name="inspection_new"),
    path("penutupan/", closing.closing_list, name="closing_list"),
    path("penutupan/<int:opd_id>/tutup/", closing.month_close, name="month_close"),
    path("penutupan/<int:pk>/buka/", closing.month_reopen, name="month_reopen"),
    path("serah-terima/", closing.hand_over_list, name="hand_over_list"),
    path("serah-terima/<int:opd_id>/baru/", closing.hand_over, name="hand_over_new"),
    path("akhir-tahun/", closing.year_end, name="year_end"),
    path("akhir-tahun/<int:opd_id>/setor/", closing.fund_return, name="fund_return"),
    path("akhir-tahun/<int:opd_id>/<int:year>/tutup/", closing.year_close, name="year_close"),
    path("rekening-koran/", statements.statement_list, name="statement_list"),
    path("rekening-koran/<int:opd_id>/unggah/", statements.statement_upload, name="statement_upload"),
    path("rekening-koran/<int:opd_id>/jelaskan/", statements.difference_explain, name="difference_explain"),
    path("rekening-koran/berkas/<int:pk>/", statements.statement_detail, name="statement_detail"),
    path("rekening-koran/berkas/<int:pk>/cocokkan/", statements.statement_rematch, name="statement_rematch"),
    path("rekening-koran/berkas/<int:pk>/tarik/", statements.statement_withdraw, name="statement_withdraw"),
    path("rekening-koran/baris/<int:pk>/", statements.line_detail, name="line_detail"),
    path("rekening-koran/baris/<int:pk>/<int:journal>/", statements.line_pair, name="line_pair"),
    path("pajak/", reports.tax_list, name="tax_list"),
    path("tbp/<uuid:pk>/", reports.tbp_issue, name="tbp_issue"),
    path("lpj/", reports.report_list, name="report_list"),
    path("lpj/<int:opd_id>/<int:year>/<int:month>/", reports.report_draft, name="report_draft"),
    path("lpj/<int:pk>/", reports.report_detail, name="report_detail"),
    path("lpj/<int:pk>/sampaikan/", reports.report_submit, name="report_submit"),
    path("lpj/<int:pk>/verifikasi/", reports.report_verify, name="report_verify"),
    path("lpj/<int:pk>/sahkan/", reports.report_approve, name="report_approve"),
    path("lpj/<int:pk>/kembalikan/", reports.report_return, name="report_return"),
    path("lpj/<int:pk>/buat-pdf/", reports.report_make_pdf, name="report_make_pdf"),
    path("lpj/<int:pk>/kemajuan/", reports.report_progress, name="report_progress"),
    path("lpj/<int:pk>/pdf/", reports.report_pdf, name="report_pdf"),
    path("lpj-penerimaan/", reports.receipts_list, name="receipts_list"),
    path(
        "lpj-penerimaan/<int:opd_id>/<int:year>/<int:month>/", reports.receipts_draft, name="receipts_draft"
    ),
    path("lpj-penerimaan/<int:pk>/", reports.receipts_detail, name="receipts_detail"),
    path("lpj-penerimaan/<int:pk>/sampaikan/", reports.receipts_submit, name="receipts_submit"),
    path("lpj-penerimaan/<int:pk>/buat-pdf/", reports.receipts_make_pdf, name="receipts_make_pdf"),
    path("lpj-penerimaan/<int:pk>/kemajuan/", reports.receipts_progress, name="receipts_progress"),
    path("lpj-penerimaan/<int:pk>/pdf/", reports.receipts_pdf, name="receipts_pdf"),
]
