"""Addresses of the life cycle, evaluation, evidence, campaigns, transfers and packages."""
from django.contrib.auth.decorators import login_required as private
from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

from ventanilla.modules.practices.screens import (
    campaigns,
    evaluations,
    evidence,
    evidence_served,
    life,
    network,
    packages,
    reviews,
    transfers,
)

_P = "practicas/<int:pk>/"
_R, _T, _C = "practicas/revision/<int:pk>/", "practicas/transferencia/<int:pk>/", "practicas/convocatorias/"
urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_P}presentar/", private(life.present), name="practice_present"),
    path(f"{_P}medicion/", private(life.plan), name="practice_plan"),
    path(f"{_P}baja/", private(life.withdraw), name="practice_withdraw"),
    path("practicas/registro/", private(life.desk), name="practice_desk"),
    path("practicas/medicion/<int:pk>/", private(life.measurement), name="practice_measurement"),
    path("practicas/medicion/<int:pk>/<slug:step>/", private(life.measurement_step), name="practice_measurement_step"),
    path("practicas/revisiones/", RedirectView.as_view(url="/listas/revisiones-practicas/"), name="practice_reviews"),
    path("practicas/transferencias/", RedirectView.as_view(url="/listas/transferencias-practicas/"), name="practice_transfers"),
    path(_R, private(reviews.review_page), name="practice_review"),
    path(f"{_R}observar/", private(reviews.observe), name="practice_review_observe"),
    path(f"{_R}<slug:step>/", private(reviews.step_page), name="practice_review_step"),
    path("practicas/observaciones/<int:pk>/<slug:verb>/", private(reviews.settle), name="practice_observation"),
    path("practicas/evaluaciones/", private(evaluations.mine), name="practice_evaluations"),
    path("practicas/evaluaciones/<int:pk>/", private(evaluations.evaluate), name="practice_evaluation"),
    path("practicas/evaluaciones/<int:pk>/sustituir/", private(reviews.replace_page), name="practice_evaluator"),
    path(f"{_P}evidencia/", private(evidence.evidence_page), name="practice_evidence"),
    path(f"{_P}evidencia/<slug:what>/", private(evidence.add), name="practice_evidence_add"),
    path(f"{_P}archivos/<uuid:uuid>/", private(evidence_served.document), name="practice_document"),
    path(f"{_P}archivos/<uuid:uuid>/miniatura/", private(evidence_served.picture), name="practice_picture"),
    path("practicas/indicadores/<int:pk>/", private(evidence.indicator_page), name="practice_indicator"),
    path("practicas/indicadores/<int:pk>/<slug:what>/", private(evidence.indicator_change), name="practice_indicator_change"),
    path("practicas/metas/<int:pk>/", private(evidence.target_page), name="practice_target"),
    path("practicas/evidencia/<slug:kind>/<int:pk>/quitar/", private(evidence.remove), name="practice_evidence_remove"),
    path(_C, private(campaigns.index), name="practice_campaigns"),
    path(f"{_C}nueva/", private(campaigns.edit), name="practice_campaign_new"),
    path(f"{_C}<int:pk>/", private(campaigns.page), name="practice_campaign"),
    path(f"{_C}<int:pk>/editar/", private(campaigns.edit), name="practice_campaign_edit"),
    path(f"{_C}<int:pk>/<slug:what>/", private(campaigns.step), name="practice_campaign_step"),
    path("buenas-practicas/convocatorias/<uuid:uuid>/", campaigns.public, name="public_ranking"),
    path(f"{_P}receptores/", private(transfers.note), name="practice_note_adoptions"),
    path(f"{_P}solicitar/", private(transfers.ask), name="practice_ask_transfer"),
    path(_T, private(transfers.page), name="practice_transfer"),
    path("practicas/adopcion/<int:pk>/", private(transfers.page), name="practice_adoption"),
    path(f"{_T}requisitos/", private(transfers.requirements), name="practice_transfer_requirements"),
    path(f"{_T}pasos/", private(transfers.add_step), name="practice_transfer_add"),
    path(f"{_T}<slug:step>/", private(transfers.step_page), name="practice_transfer_step"),
    path("practicas/pasos/<int:pk>/hecho/", private(transfers.mark), name="practice_step_done"),
    path("practicas/red/", private(network.network), name="practice_network"),
    path(f"{_P}paquete/", private(packages.make), name="practice_package_new"),
    path("practicas/paquetes/", private(packages.index), name="practice_packages"),
    path("practicas/paquetes/<int:pk>/", private(packages.page), name="practice_package"),
    path("practicas/paquetes/<uuid:uuid>.zip", private(packages.download), name="practice_package_file"),
    path(f"{_T}paquete/<uuid:uuid>/", private(packages.bring), name="practice_package_bring"),
]
