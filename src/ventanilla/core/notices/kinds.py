"""Kinds of notice and what each does by default: always in the centre, e-mail only where silence would hurt."""
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NOW, DIGEST, NONE = "now", "digest", "none"


@dataclass(frozen=True)
class NoticeKind:
    """A kind: `label` for the preferences page, `icon` of the sprite, `mail` when the person chose nothing."""

    slug: str
    label: str | Promise
    icon: str
    mail: str = NONE


KINDS: Final[dict[str, NoticeKind]] = {k.slug: k for k in (
    NoticeKind("turn", _("Me turnan un asunto"), "send", DIGEST),
    NoticeKind("reminder", _("Me recuerdan lo que no he leído"), "bell", NOW),
    NoticeKind("sent_back", _("Devuelven una respuesta mía o de mi unidad"), "arrow-back-up", DIGEST),
    NoticeKind("returned", _("Devuelven un turno que envié"), "arrow-back", DIGEST),
    NoticeKind("due_soon", _("Un plazo está por vencer"), "alert-triangle", DIGEST),
    NoticeKind("overdue", _("Un plazo venció"), "alert-square", DIGEST),
    NoticeKind("answer", _("Responden un turno que envié o del que dependo, o retiran su respuesta"), "message-check"),
    NoticeKind("progress", _("Informan un avance"), "message-dots"),
    NoticeKind("approved", _("Aceptan una respuesta de mi unidad"), "circle-check"),
    NoticeKind("extended", _("Cambian el plazo de un turno"), "calendar-time"),
    NoticeKind("withdrawn", _("Retiran o reasignan un turno de mi unidad"), "arrow-bar-right"),
    NoticeKind("ready", _("Todos los turnos de un asunto quedaron atendidos"), "checks"),
    NoticeKind("concluded", _("Concluyen, reabren o cancelan un asunto en el que participé"), "archive"),
    NoticeKind("registered", _("Registran un documento para mi unidad"), "mail"),
    NoticeKind("ticket_asked", _("Se recibe, se responde o se resuelve lo que pedí a la mesa"), "headset", NOW),
    NoticeKind("ticket_assigned", _("Me asignan un ticket, o un paso de un plan"), "user-check", NOW),
    NoticeKind("ticket_late", _("Un ticket que atiendo va a vencer, venció o se escaló"), "alert-triangle", NOW),
    NoticeKind("ticket", _("Otros cambios de un ticket mío o de mi equipo"), "headset", DIGEST),
    NoticeKind("approval", _("Se espera mi autorización"), "checklist", NOW),
    NoticeKind("survey", _("Me piden mi opinión de cómo me atendieron"), "star", NOW),
    NoticeKind("practice", _("Cambia una buena práctica mía o que me toca atender"), "award", DIGEST),
    NoticeKind("mention", _("Me mencionan en una nota"), "at", NOW),
    NoticeKind("deputy", _("Suplo a alguien o me delegan una función"), "users", DIGEST),
    NoticeKind("system", _("Termina un trabajo largo que pedí, y avisos de la plataforma"), "bell"),
)}


def kind_of(slug: str) -> NoticeKind:
    """The kind of that slug; what a newer version wrote is shown as a notice of the platform."""
    return KINDS.get(slug, KINDS["system"])
