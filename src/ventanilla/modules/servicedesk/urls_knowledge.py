"""Addresses of knowledge, hints while typing, proposed problems and dashboards."""
from django.contrib.auth.decorators import login_required as private
from django.urls import URLPattern, URLResolver, path

from ventanilla.modules.servicedesk.screens import candidates, hints
from ventanilla.modules.servicedesk.screens.dashboards import pages
from ventanilla.modules.servicedesk.screens.knowledge import articles, beside, editing

urlpatterns: list[URLPattern | URLResolver] = [
    path("mesa/ayuda/", private(articles.home), name="help"),
    path("mesa/ayuda/sugerencias/", private(beside.suggestions), name="help_suggestions"),
    path("mesa/ayuda/nuevo/", private(editing.edit), name="article_new"),
    path("mesa/ayuda/vista-previa/", private(editing.preview), name="article_preview"),
    path("mesa/ayuda/desde/<int:pk>/", private(editing.begin), name="article_from"),
    path("mesa/ayuda/<int:pk>/", private(articles.article), name="article"),
    path("mesa/ayuda/<int:pk>/opinion/", private(articles.opinion), name="article_opinion"),
    path("mesa/ayuda/<int:pk>/leer/", private(beside.read), name="article_read"),
    path("mesa/ayuda/<int:pk>/me-sirvio/", private(beside.solved), name="article_solved"),
    path("mesa/ayuda/<int:pk>/editar/", private(editing.edit), name="article_edit"),
    path("mesa/ayuda/<int:pk>/versiones/", private(editing.versions), name="article_versions"),
    path("mesa/ayuda/<int:pk>/motivo/<slug:name>/", private(editing.reason_page), name="article_reason"),
    path("mesa/ayuda/<int:pk>/paso/<slug:name>/", private(editing.step), name="article_step"),
    path("mesa/parecidos/", private(hints.typing), name="ticket_hints"),
    path("mesa/parecidos/<int:pk>/", private(hints.beside), name="ticket_alike"),
    path("mesa/candidatos/", private(candidates.home), name="candidates"),
    path("mesa/candidatos/<int:pk>/aceptar/", private(candidates.accept), name="candidate_accept"),
    path("mesa/candidatos/<int:pk>/descartar/", private(candidates.dismiss), name="candidate_dismiss"),
    path("mesa/tableros/", private(pages.home), name="boards"),
    path("mesa/tableros/ayuda-mostrada/", private(pages.helps), name="boards_help"),
    path("mesa/tableros/cambiar/", private(pages.change), name="boards_change"),
    path("mesa/tableros/<slug:slug>/", private(pages.tile), name="board_tile"),
    path("mesa/tableros/<slug:slug>/acotar/", private(pages.narrow), name="board_narrow"),
    path("mesa/tableros/<slug:slug>.csv", private(pages.tile_csv), name="board_csv"),
]
