"""Addresses of correspondence."""
from django.contrib.auth.decorators import login_required as private
from django.urls import path
from django.views.generic import RedirectView

from ventanilla.modules.correspondence.screens import (
    actions,
    archive,
    board,
    digitise,
    files,
    importing,
    public,
    record,
    register,
    writing,
)

urlpatterns = [
    path("correspondencia/", RedirectView.as_view(url="/listas/correspondencia/"), name="letters"),
    path("turnos/", RedirectView.as_view(url="/listas/turnos/"), name="turns"),
    path("correspondencia/registrar/", private(register.register_page), name="letter_register"),
    path("correspondencia/registrar/remitentes/", private(register.suggestions), name="letter_suggestions"),
    path("correspondencia/registrar/parecidos/", private(register.duplicates), name="letter_duplicates"),
    path("correspondencia/tablero/", private(board.board), name="letter_board"),
    path("correspondencia/escribir/", private(writing.write), name="letter_write"),
    path("correspondencia/circulares/<int:pk>/", private(writing.circular), name="circular"),
    path("correspondencia/digitalizar/", private(digitise.stack), name="letter_stack"),
    path("correspondencia/digitalizar/separadores.pdf", private(digitise.separators), name="letter_separators"),
    path("correspondencia/digitalizar/<uuid:uuid>/quitar", private(digitise.discard), name="letter_discard"),
    path("correspondencia/importar/", private(importing.imports), name="letter_imports"),
    path("correspondencia/importar/<int:pk>/", private(importing.run_page), name="letter_import"),
    path("correspondencia/importar/<int:pk>/<slug:action>/", private(importing.run_action), name="letter_import_action"),
    path("correspondencia/<int:pk>/", private(record.record), name="letter"),
    path("correspondencia/<int:pk>/nota/", private(actions.note), name="letter_note"),
    path("correspondencia/<int:pk>/acuse.pdf", private(files.receipt), name="letter_receipt"),
    path("correspondencia/<int:pk>/etiqueta.pdf", private(files.label), name="letter_label"),
    path("correspondencia/<int:pk>/expediente.<str:kind>", private(files.whole_file), name="letter_file"),
    path("correspondencia/<int:pk>/archivos/", private(files.add), name="letter_add_files"),
    path("correspondencia/<int:pk>/<slug:action>/", private(actions.case_action), name="letter_action"),
    path("correspondencia/turnos/<int:turn_id>/<slug:action>/", private(actions.turn_action), name="turn_action"),
    path("archivo/", RedirectView.as_view(url="/listas/expedientes/"), name="archive_files"),
    path("archivo/abrir/", private(archive.open_page), name="archive_open"),
    path("archivo/<int:pk>/", private(archive.file_page), name="archive_file"),
    path("archivo/<int:pk>/cerrar/", private(archive.close_page), name="archive_close"),
    path("archivo/<int:pk>/caratula.pdf", private(archive.cover), name="archive_cover"),
    path("archivo/<int:pk>/etiqueta.pdf", private(archive.file_label), name="archive_label"),
    path("archivos/<uuid:uuid>/", private(files.download), name="file_download"),
    path("archivos/<uuid:uuid>/pagina/<int:number>", private(files.preview), name="file_preview"),
    path("archivos/<uuid:uuid>/pagina/<int:number>/recorte", private(files.crop), name="file_crop"),
    path("verificar/", public.verify, name="verify"),
    path("verificar/<str:code>/", public.verify, name="verify_code"),
]
