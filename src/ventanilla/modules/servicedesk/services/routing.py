"""Routing of requests by their answers: which team gets what, as data of an offering's version (first rule that holds).

A rule is {"field": key, "value": option, "team": id}; `value` is an option of a choice or scale, or "si" / "no". Rules whose
question, option or team is gone are passed over, so a ticket always has a team.
"""
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from ventanilla.core.questionnaires.definition import Definition, Field
from ventanilla.core.questionnaires.definition.values import BadValue, clean
from ventanilla.modules.servicedesk.models import OfferingVersion, Team

ASKED: Final = frozenset({"choice", "choices", "scale", "yes_no"})


def routed(version: OfferingVersion | None, values: Mapping[str, Any]) -> Team | None:
    """The team that the answers (raw) choose; None when no rule holds. No query unless one does."""
    for pk in wanted_teams(version, values):
        assert version
        if team := Team.objects.select_related("unit").filter(pk=pk, institution_id=version.institution_id, active=True).first():
            return team
    return None


def wanted_teams(version: OfferingVersion | None, values: Mapping[str, Any]) -> Iterator[Any]:
    """Ids of the teams that the answers choose, in the order of the rules, whether they are still there or not."""
    if version is None or not version.routing or version.form is None:
        return
    fields = version.form.form.fields
    for rule in version.routing:
        if rule.get("field") in fields and rule.get("value") in options_given(fields[rule["field"]], values.get(rule["field"])):
            yield rule.get("team")


def why_routed(version: OfferingVersion, values: Mapping[str, Any]) -> str:
    """The answer that chooses the team, in words; empty when none does."""
    team = routed(version, values)
    if team is None or version.form is None:
        return ""
    fields = version.form.form.fields
    known = {key: f"{label}: {option}" for label, options in conditions(version.form.form) for key, option in options}
    said = next((known.get(f"{r['field']}={r['value']}", "") for r in version.routing if r.get("team") == team.pk
                 and r.get("field") in fields and r.get("value") in options_given(fields[r["field"]], values.get(r["field"]))), "")
    return _("Lo dice lo que se contestó: «%(answer)s».") % {"answer": said}


def options_given(one: Field, raw: Any) -> Sequence[str]:
    """The options that an answer (raw or clean) chooses; of a text, the text."""
    try:
        value = clean(one, raw)
    except BadValue:
        return ()
    if isinstance(value, bool):
        return ("si" if value else "no",)
    return value if isinstance(value, list | tuple) else (value,)


def conditions(form: Definition) -> list[tuple[str, list[tuple[str, str]]]]:
    """What rules can ask: the questions with their options as (`key=value`, label)."""
    return [(one.label, [(f"{one.key}={value}", label) for value, label in _options(one)])
            for one in form.fields.values() if one.type in ASKED and not one.companion_of]


def _options(one: Field) -> list[tuple[str, str]]:
    return [("si", _("Sí")), ("no", _("No"))] if one.type == "yes_no" else [(c.value, c.label) for c in one.choices]


def in_words(version: OfferingVersion) -> list[tuple[str, str]]:
    """The rules for people: question and option, and the name of the team. One query, and none without rules."""
    if not version.routing or version.form is None:
        return []
    known = {key: f"{label}: {option}" for label, options in conditions(version.form.form) for key, option in options}
    teams = dict(Team.objects.filter(pk__in=[rule.get("team") for rule in version.routing]).values_list("pk", "name"))
    return [(known[key], teams[rule["team"]]) for rule in version.routing
            if (key := f"{rule.get('field')}={rule.get('value')}") in known and rule.get("team") in teams]
