"""Django's registration of the module, and its kind of case for the core's registry."""
from pathlib import Path

from django.apps import AppConfig


class CorrespondenceConfig(AppConfig):
    """Correspondencia."""

    name = "ventanilla.modules.correspondence"
    label = "correspondence"
    verbose_name = "Correspondencia"

    def ready(self) -> None:
        """Tell the core about letters."""
        from django.utils.translation import gettext_lazy as _

        from ventanilla.core.cases.kinds import CaseKind, register_kind
        from ventanilla.core.documents.hooks import on_clean, on_processed
        from ventanilla.core.exports.typeset import register_templates
        from ventanilla.core.orgs import capabilities as cap
        from ventanilla.modules.correspondence import measures, personal  # noqa: F401 - registers the measures
        from ventanilla.modules.correspondence.catalogues import register_catalogues
        from ventanilla.modules.correspondence.flow import LETTER_FLOW
        from ventanilla.modules.correspondence.screens import answers, archive, circulars, filed, lists, sent  # noqa: F401 - registers the lists
        from ventanilla.modules.correspondence.screens.circular_page import sent_before
        from ventanilla.modules.correspondence.screens.first_turns import sent_before as turned_before
        from ventanilla.modules.correspondence.screens.log_words import VERBS
        from ventanilla.modules.correspondence.services import packaging
        from ventanilla.modules.correspondence.services.batches import split_clean
        from ventanilla.modules.correspondence.services.circulars_sent import TELLING
        from ventanilla.modules.correspondence.services.fingerprints import fingerprint_letter
        from ventanilla.modules.correspondence.services.uploads import read_upload
        from ventanilla.web.admin_area.registry import AdminPlace, register_place
        from ventanilla.web.admin_area.words import register_verbs
        from ventanilla.web.inbox import bulk
        from ventanilla.web.screens.addresses import by_number
        from ventanilla.web.ui.navigation import NavItem, register, register_action
        from ventanilla.web.ui.sendings import register_teller

        register_templates("letters", Path(self.path) / "papers")
        on_clean(split_clean)
        on_processed(read_upload)
        on_processed(fingerprint_letter)
        register(NavItem("letters", _("Correspondencia"), "mail", "letters", 20, lists=("correspondencia", "archivos")))
        register(NavItem("turns", _("Turnos"), "route", "turns", 21, on_phone=False, lists=("turnos", "respuestas")))
        register(NavItem("stack", _("Digitalizar"), "scan", "letter_stack", 22, cap.REGISTER))
        register(NavItem("write", _("Escribir"), "pencil", "letter_write", 24, cap.ROUTE, on_phone=False))
        register(NavItem("sent", _("Enviados"), "send", "letters_sent", 25, cap.ROUTE, on_phone=False,
                         lists=("enviados", "circulares", "destinatarios")))
        register(NavItem("archive", _("Archivo de trámite"), "archive", "archive_files", 26, cap.ARCHIVE, on_phone=False,
                         lists=("expedientes",)))
        register(NavItem("board", _("Tablero"), "chart-bar", "letter_board", 30, cap.MEASURE))
        register_place(AdminPlace(cap.ADMIN_CATALOGUES, "letter_imports", "file-import", _("Registro anterior"),
                                  _("Traer folios, turnos, respuestas y archivos de otro sistema; primero se revisa")))
        register_action(NavItem("register", _("Registrar"), "plus", "letter_register", 15, cap.REGISTER))
        register_action(NavItem("stack_many", _("Registrar varios a la vez"), "list-check", "letter_stack_many", 16, cap.REGISTER))
        register_action(NavItem("write", _("Escribir un oficio o una circular"), "pencil", "letter_write", 20, cap.ROUTE))
        register_action(NavItem("open_file", _("Abrir expediente"), "folder-open", "archive_open", 30, cap.ARCHIVE))
        bulk.offer(bulk.ManyPage("turns_subroute", "subroute", "letter", "registered", cap.ROUTE))
        register_catalogues()
        packaging.register()
        personal.register()
        register_verbs(VERBS)
        register_teller(sent_before)
        register_teller(turned_before)
        register_kind(CaseKind("letter", _("Correspondencia"), _("Correspondencia"), LETTER_FLOW, by_number("letter"), "mail",
                               telling=TELLING))
