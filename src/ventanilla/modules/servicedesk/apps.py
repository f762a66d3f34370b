"""Django's registration of the module, and its kinds of case for the core's registry."""
from functools import partial

from django.apps import AppConfig
from django.urls import reverse


class ServiceDeskConfig(AppConfig):
    """Mesa de servicio."""

    name = "ventanilla.modules.servicedesk"
    label = "servicedesk"
    verbose_name = "Mesa de servicio"

    def ready(self) -> None:
        """Tell the core about tickets."""
        from django.utils.translation import gettext_lazy as _

        from ventanilla.core.cases.kinds import CaseKind, register_kind
        from ventanilla.core.orgs import capabilities as cap
        from ventanilla.modules.servicedesk import (
            registry_cmdb,
            registry_knowledge,
            registry_mail,
            registry_reports,
            registry_rules,
        )
        from ventanilla.modules.servicedesk.catalogues import register_catalogues
        from ventanilla.modules.servicedesk.flow import FLOWS, clock_mode
        from ventanilla.modules.servicedesk.screens import lists  # noqa: F401 - registers the list
        from ventanilla.modules.servicedesk.services import packaging
        from ventanilla.modules.servicedesk.services.relations import relations
        from ventanilla.modules.servicedesk.services.telling import TELLING
        from ventanilla.web.admin_area.registry import AdminPlace, register_place
        from ventanilla.web.ui.navigation import NavItem, register

        for flow, (label, plural, icon) in zip(FLOWS, NAMES, strict=True):
            register_kind(CaseKind(flow.slug, label, plural, flow, _address, icon, relations=relations,
                                   clock_mode=partial(clock_mode, flow), telling=TELLING))
        register_catalogues()
        packaging.register()
        for part in (registry_cmdb, registry_knowledge, registry_mail, registry_reports, registry_rules):
            part.register()
        register(NavItem("desk", _("Mesa de servicio"), "headset", "portal", 40))
        register_place(AdminPlace(cap.ADMIN_CATALOGUES, "offerings", "list-details", _("Catálogo de servicios"),
                                  _("Lo que se pide a la mesa de servicio: fichas, formularios, niveles y versiones")))
        register_place(AdminPlace(cap.ADMIN_ORGS, "liaisons", "user-star", _("Enlaces"),
                                  _("Quién pide servicios por cada unidad: oficio, validación, acuerdo y capacitación")))


NAMES = (("Solicitud", "Solicitudes", "headset"), ("Incidente", "Incidentes", "alert-triangle"), ("Problema", "Problemas", "bug"),
         ("Error conocido", "Errores conocidos", "book-2"), ("Cambio normal", "Cambios normales", "replace"),
         ("Cambio simple", "Cambios simples", "replace"), ("Cambio de emergencia", "Cambios de emergencia", "urgent"))


def _address(case_id: int) -> str:
    return reverse("ticket", args=[case_id])
