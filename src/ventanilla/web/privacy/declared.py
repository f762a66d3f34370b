"""What the pages and the libraries of sign-in keep of people."""
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.privacy import words as w
from ventanilla.core.privacy.registry import PersonalData, Words, register_not_personal, register_personal

ACCOUNTS, PAGES = lazy("Personas y cuentas"), lazy("Páginas e integraciones")
_GOES = lazy("Hace falta mientras exista la cuenta")


def register() -> None:
    """Called once from the app's `ready()`."""
    register_personal(*_accounts(), *_pages())
    register_not_personal({
        "account.EmailConfirmation": w.all_of(w.TECHNICAL, "key"), "socialaccount.SocialApp": w.all_of(w.CONFIGURED, "name", "key",
                                                                                                       "settings"),
        "usersessions.UserSession": w.all_of(w.TECHNICAL, "session_key"), "sessions.Session": w.all_of(w.TECHNICAL, "session_key"),
        "axes.AccessLog": w.all_of(w.TECHNICAL, "session_hash"),
        "procrastinate.ProcrastinateJob": w.all_of(lazy("Trabajos pendientes: números de filas, no datos"), "queue_name", "task_name",
                                                   "lock",
                                                   "args", "queueing_lock"),
        "procrastinate.ProcrastinatePeriodicDefer": w.all_of(w.TECHNICAL, "task_name"),
        "ui.Draft": w.all_of(w.TECHNICAL, "key"), "screens.SavedView": w.all_of(w.TECHNICAL, "name"),
        "api.ApiToken": w.all_of(w.CONFIGURED, "name"), "api.Subscription": w.all_of(w.CONFIGURED, "url", "secret"),
    })


def _account(model: str, title: Words, fields: Mapping[str, Words], purpose: Words, retention: Words = w.ACCOUNT) -> PersonalData:
    return PersonalData(model.lower(), model, ACCOUNTS, title, fields, w.STAFFED, purpose, w.SECURITY, retention,
                        kept=_GOES)


def _accounts() -> tuple[PersonalData, ...]:
    entering = lazy("Comprobar quién entra")
    tried = {"username": lazy("Correo tecleado"), "ip_address": lazy("Dirección de internet"), "user_agent": lazy("Navegador"),
             "path_info": lazy("Página")}
    attempts = lazy("Detener a quien prueba contraseñas")
    still = lazy("No se borran solos todavía: los borra la oficina de informática")
    return (
        _account("account.EmailAddress", lazy("Correos de la cuenta"), {"email": lazy("Correo")}, entering),
        _account("mfa.Authenticator", lazy("Segundo factor"), {"data": lazy("Secreto cifrado o llave pública")}, entering),
        _account("socialaccount.SocialAccount", lazy("Cuenta institucional ligada"), {"uid": lazy("Identificador"), "extra_data": lazy(
            "Lo que dice el proveedor")}, entering),
        _account("socialaccount.SocialToken", lazy("Permiso del proveedor de identidad"), {"token": lazy("Permiso"), "token_secret": lazy(
            "Secreto")}, entering),
        _account("usersessions.UserSession", lazy("Sesiones abiertas"), {"ip": lazy("Dirección de internet"),
                                                                         "user_agent": lazy("Navegador"),
                                                                        "data": lazy("Detalle")},
                 lazy("Que cada quien vea y cierre sus sesiones"), lazy("Mientras dure la sesión")),
        _account("sessions.Session", lazy("Estado de la sesión"), {"session_data": lazy("Contenido firmado")}, entering,
                 lazy("Doce horas desde la última entrada")),
        _account("axes.AccessAttempt", lazy("Intentos fallidos"), {**tried, "get_data": lazy("Datos enviados"), "post_data": lazy(
            "Datos enviados, sin contraseña")}, attempts,
            lazy("Hasta que la persona entra; los demás los borra la oficina de informática")),
        _account("axes.AccessFailureLog", lazy("Fallas de entrada"), tried, attempts, still),
        _account("axes.AccessLog", lazy("Entradas"), tried, attempts, still),
    )


def _pages() -> tuple[PersonalData, ...]:
    return (
        PersonalData("ui.draft", "ui.Draft", PAGES, lazy("Borradores"), {"data": lazy("Lo que se estaba escribiendo")}, w.STAFFED,
                     lazy("Que no se pierda lo escrito"), w.STAFF, lazy("Hasta que se envía o se descarta; a lo más, treinta días"),
                     kept=lazy("Se borran solos")),
        PersonalData("screens.view", "screens.SavedView", PAGES, lazy("Vistas guardadas"), {"query": lazy("Filtros")}, w.STAFFED,
                     lazy("Volver a ver una lista como se dejó"), w.STAFF, w.ACCOUNT, kept=_GOES),
        PersonalData("api.answer", "api.KeptAnswer", PAGES, lazy("Respuestas a programas"), {"body": lazy("Respuesta")}, w.NAMED,
                     lazy("Que lo mismo enviado dos veces se haga una"), w.SECURITY, lazy("Siete días"), kept=lazy("Se borran solas")),
        PersonalData("api.delivery", "api.Delivery", PAGES, lazy("Avisos a otros sistemas"), {"body": lazy("Aviso")}, w.NAMED,
                     lazy("Enlazar otros sistemas de la institución"), w.FACULTIES, lazy("Lo que la entrega y su constancia"),
                     kept=lazy("Solo lleva números y estados del asunto, sin textos")),
    )
