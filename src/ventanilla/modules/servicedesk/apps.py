"""Django's registration of the module, and its kinds of case for the core's registry."""
from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as lazy


class ServiceDeskConfig(AppConfig):
    """Mesa de servicio."""

    name = "ventanilla.modules.servicedesk"
    label = "servicedesk"
    verbose_name = "Mesa de servicio"

    def ready(self) -> None:
        """Tell the core about tickets."""
        from django.utils.translation import gettext_lazy as _

        from ventanilla.core.cases.kinds import CaseKind, Teams, register_kind, register_teams
        from ventanilla.core.orgs import capabilities as cap
        from ventanilla.modules.servicedesk import (
            personal,
            registry_cmdb,
            registry_knowledge,
            registry_mail,
            registry_promises,
            registry_reports,
            registry_rules,
        )
        from ventanilla.modules.servicedesk.catalogues import register_catalogues
        from ventanilla.modules.servicedesk.flow import FLOWS, clock_mode
        from ventanilla.modules.servicedesk.measures import register_measures
        from ventanilla.modules.servicedesk.screens import lists, log_words, waiting  # noqa: F401 - `lists` registers the list
        from ventanilla.modules.servicedesk.services import keeping_forms, packaging, queues
        from ventanilla.modules.servicedesk.services.promises.escalating import own_deadlines
        from ventanilla.modules.servicedesk.services.promising import hours_of
        from ventanilla.modules.servicedesk.services.relations import relations
        from ventanilla.modules.servicedesk.services.telling import TELLING
        from ventanilla.web.admin_area import words
        from ventanilla.web.admin_area.registry import AdminPlace, register_place
        from ventanilla.web.inbox import reminders
        from ventanilla.web.ui.navigation import NavItem, register

        for flow, (label, plural, icon) in zip(FLOWS, NAMES, strict=True):
            register_kind(CaseKind(flow.slug, label, plural, flow, _address, icon, relations=relations,
                                   clock_mode=partial(clock_mode, flow), telling=TELLING, late_notice="ticket_late",
                                   own_deadlines=own_deadlines, hours_of=hours_of))
        register_teams(Teams([flow.slug for flow in FLOWS], queues.queues_of, queues.names_of, queues.CONDITION))
        words.register_verbs(log_words.VERBS)
        words.register_steps(log_words.STEPS)
        words.register_things(log_words.THINGS)
        register_catalogues()
        register_measures()
        packaging.register()
        keeping_forms.register()
        for part in (registry_cmdb, registry_knowledge, registry_mail, registry_promises, registry_reports, registry_rules, personal):
            part.register()
        reminders.register("desk", waiting.waiting)
        register(NavItem("desk", _("Mesa de servicio"), "headset", "portal", 40, lists=("tickets", "correo-de-la-mesa")))
        register(NavItem("desk_catalogue", _("Catálogo de servicios"), "list-details", "offerings", 43, cap.DESK_CATALOGUE, on_phone=False))
        register_place(AdminPlace((cap.ADMIN_CATALOGUES, cap.DESK_CATALOGUE), "offerings", "list-details", _("Catálogo de servicios"),
                                  _("Lo que se pide a la mesa de servicio: fichas, formularios, niveles y versiones")))


NAMES = ((lazy("Solicitud"), lazy("Solicitudes"), "headset"), (lazy("Incidente"), lazy("Incidentes"), "alert-triangle"),
         (lazy("Problema"), lazy("Problemas"), "bug"),
         (lazy("Error conocido"), lazy("Errores conocidos"), "book-2"), (lazy("Cambio normal"), lazy("Cambios normales"), "replace"),
         (lazy("Cambio simple"), lazy("Cambios simples"), "replace"), (lazy("Cambio de emergencia"), lazy("Cambios de emergencia"),
                                                                       "urgent"))


def _address(case_id: int) -> str:
    from ventanilla.web.ui.addresses import address

    return address("ticket", case_id)
