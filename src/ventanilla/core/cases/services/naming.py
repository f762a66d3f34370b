"""Calling states and steps of a flow by the institution's own words."""
import unicodedata
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.cases import words
from ventanilla.core.cases.models import FlowWord
from ventanilla.core.cases.words import STATE, STEP, every_flow
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused, require
from ventanilla.core.orgs.services.tables import spanish
from ventanilla.lib.flow import Flow

LONGEST = 60
Given = Mapping[tuple[str, str], str]
"""By ("state" or "step", code) the own word; empty, or the standard one, for the standard one."""


@transaction.atomic
def name_flow(*, actor: Person | None, institution: Institution, flow: str, given: Given) -> dict[tuple[str, str], str]:
    """Call the states and steps of a flow by these words, and by the standard ones what is not given; returns the own words it has.

    The same words again change nothing. Raises NotAllowed; Refused for a flow, state or step that there is not, and for what is no word.
    """
    if actor is not None and actor.institution_id != institution.pk:
        raise NotAllowed
    require(actor, cap.ADMIN_CATALOGUES)
    wanted = _checked(flow, given)
    Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)  # one at a time: what is compared is what is written
    rows = FlowWord.objects.filter(institution=institution, flow=flow)
    before = {(row.kind, row.code): row.label for row in rows}
    if wanted != before:
        rows.exclude(pk__in=[r.pk for r in rows if wanted.get((r.kind, r.code)) == r.label]).delete()
        FlowWord.objects.bulk_create(FlowWord(institution=institution, flow=flow, kind=kind, code=code, label=label)
                                     for (kind, code), label in wanted.items() if before.get((kind, code)) != label)
        record("catalogues.name_flow", actor=actor, institution_id=institution.pk, subject=f"flow:{flow}",
               detail={"before": _told(before, wanted), "after": _told(wanted, before)})
        words.forget(institution.pk)
    return wanted


def _told(words: Given, other: Given) -> dict[str, str]:
    """Those that differ from the other, as the log keeps them; empty: the standard word."""
    return {".".join(key): words.get(key, "") for key in sorted({*words, *other}) if words.get(key) != other.get(key)}


def _checked(slug: str, given: Given) -> dict[tuple[str, str], str]:
    """The own words among those given."""
    if slug not in every_flow():
        raise Refused(_("Esta instalación no tiene los asuntos «%(flow)s».") % {"flow": _quoted(slug)}, "flow")
    flow = every_flow()[slug][1]
    usual = usual_words(flow)
    own: dict[tuple[str, str], str] = {}
    for key, text in given.items():
        if key not in usual:
            raise Refused(_("Estos asuntos no tienen el estado o el paso «%(code)s».") % {"code": _quoted(key[-1])}, ".".join(key)[:60])
        if (word := _word(text, ".".join(key))) not in ("", usual[key]):
            own[key] = word
    _apart(flow, usual | own)
    return own


def usual_words(flow: Flow) -> dict[tuple[str, str], str]:
    """The standard words of a flow: its states in their order, then its steps."""
    return {**{(STATE, state): spanish(flow.labels[state]) for state in flow.states},
            **{(STEP, step.name): spanish(step.label) for step in flow.steps}}


def _word(text: str, field: str) -> str:
    """A word as it is kept. Raises Refused for what is none."""
    word = " ".join(filter(None, unicodedata.normalize("NFC", text).split(" ")))
    if len(word) > LONGEST:
        raise Refused(_("«%(word)s» es demasiado largo: escriba hasta %(n)s letras.") % {"word": _quoted(word), "n": LONGEST}, field)
    if not word.isprintable() or set(word) & set("<>"):
        raise Refused(_("«%(word)s» tiene signos que no se admiten: use letras, números y puntuación, sin < ni >.") % {
            "word": _quoted(word)}, field)
    if word and not any(c.isalnum() for c in word):
        raise Refused(_("«%(word)s» no tiene letras: escriba una palabra, o deje vacío para usar la de siempre.") % {
            "word": _quoted(word)}, field)
    return word


def _apart(flow: Flow, effective: Given) -> None:
    """Two states that are called the same could not be told apart in lists and filters."""
    seen: dict[str, str] = {}
    for state in flow.states:
        word = effective[STATE, state].casefold()
        if word in seen:
            raise Refused(_("Dos estados se llamarían «%(word)s»: no se distinguirían en las listas. Cambie uno.") % {
                "word": effective[STATE, state]}, f"{STATE}.{state}")
        seen[word] = state


def _quoted(text: object) -> str:
    """A foreign text in a message: short, and only what can be seen."""
    return "".join(c for c in str(text)[:40] if c.isprintable() and c not in "<>")
