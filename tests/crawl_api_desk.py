"""The rest of the service desk in API v1: knowledge, reports, rules, mail, keeping of the catalogue; and what their addresses name."""
from typing import Final

from tests import crawl_cmdb
from tests.crawl_routes import Route, api
from tests.people import ADMIN, ADMINS, HERE, KEEPER, MEASURERS, NOBODY, PEOPLE
from ventanilla.modules.servicedesk.models import Article, Blackout, CannedAnswer, Mailbox, OnCall
from ventanilla.modules.servicedesk.tests.desk import Desk

WORK: Final = frozenset({"staff", "north_1_head", "north_head"})  # who works in the unit of a team
KEEPERS: Final = frozenset({"north_1_head", "north_head"}) | KEEPER  # who concludes in the unit of a team, or keeps its catalogue
READERS: Final = frozenset({"north_head", "head"})  # who reads in the unit of the first team
DESK: Final = frozenset({"north_head"})
TICKET: Final = READERS | {"nobody"}
NUMBER: Final = "987654321"
UUID: Final = crawl_cmdb.UUID
_V: Final = "api/v1/"
_C: Final = f"{_V}catalogue/"
_KEPT: Final = {"families": "family", "services": "service", "levels": "level", "objectives": "objective", "teams": "team",
                "members": "member", "causes": "cause", "hold-reasons": "hold", "canned-answers": "canned", "mailboxes": "mailbox"}
_SHARED: Final = frozenset({"causes", "hold-reasons", "canned-answers"})  # the crawl's serve another team too
_LENT: Final = frozenset({"families", "services", "levels", "objectives", "teams", "members", "mailboxes"}) | _SHARED
ROUTES: Final[dict[str, Route]] = {
    **{f"{_V}{p}": api(PEOPLE) for p in ("articles", "help-suggestions", "mail", "boards", "known-errors", "priorities", "catalogue.pdf")},
    **{f"{_V}{p}": api(WORK) for p in ("similar-tickets", "problem-candidates", "canned-answers")},
    **{f"{_V}{p}": api(KEEPERS | ADMINS) for p in (
        "notification-rules", "notification-vocabulary", "assignment-rules", "assignment-vocabulary", "service-levels",
        "service-levels/kinds")},
    f"{_V}major-incidents": api(PEOPLE), f"{_V}major-incidents/<uuid>/affected": api(NOBODY, UUID),
    f"{_V}tickets/<uuid>/major-messages": api(READERS, "{ticket_uuid}"),
    f"{_V}service-levels/kinds/<kind>": api(ADMINS, "problem"),
    **{f"{_V}assignment-rules/<int:rule>{p}": api(KEEPERS | ADMIN, "{assignment}") for p in ("", "/switch", "/move", "/rehearsal")},
    **{f"{_V}service-levels/<int:level>{p}": api(KEEPERS | ADMIN, "{kept_level}") for p in (
        "", "/effects", "/apply", "/thresholds", "/thresholds/usual")},
    **{f"{_V}service-levels/<int:level>/thresholds/<int:threshold>{p}": api(NOBODY, "{kept_level}", NUMBER) for p in ("", "/switch")},
    **{f"{_V}liaisons/<int:liaison>/{p}": api(WORK | {"nobody"}, "{liaison}") for p in ("papers", "letter")},
    **{f"{_V}liaisons/<int:liaison>/papers/<uuid>/{p}": api(NOBODY, "{liaison}", UUID) for p in ("content", "withdraw")},
    **{f"{_V}{p}": api(MEASURERS) for p in ("reports/monthly", "reports/monthly/tickets", "reports/systems", "reports/fields")},
    f"{_V}blackouts": api(WORK | ADMINS | KEEPER), f"{_V}surveys": api(MEASURERS | ADMINS), f"{_V}boards/<measure>": api(PEOPLE, "pedidos"),
    **{f"{_V}articles/<uuid>{p}": api(HERE, "{article_uuid}") for p in ("", "/vote", "/help")},
    f"{_V}articles/<uuid>/versions": api(WORK, "{article_uuid}"), f"{_V}articles/<uuid>/steps/<step>": api(WORK, "{article_uuid}", "retire"),
    f"{_V}tickets/<uuid>/article": api(DESK, "{ticket_uuid}"), f"{_V}tickets/<uuid>/similar": api(DESK, "{ticket_uuid}"),
    **{f"{_V}problem-candidates/<int:candidate>{p}": api(DESK, "{candidate}") for p in ("", "/accept", "/dismiss")},
    **{f"{_V}on-call{p}": api(WORK | ADMINS) for p in ("", "/now")}, f"{_V}on-call/rota": api(KEEPERS | ADMINS),
    f"{_V}on-call/<uuid>": api(WORK | ADMIN, "{on_call_uuid}"),
    f"{_V}blackouts/<uuid>": api(WORK | ADMIN | KEEPER, "{blackout_uuid}"),
    **{f"{_V}blackouts/<uuid>/{p}": api(KEEPERS | ADMIN, "{blackout_uuid}") for p in ("call-off", "skip")},
    **{f"{_V}notification-rules/<int:rule>{p}": api(KEEPERS | ADMIN, "{rule}") for p in ("", "/switch", "/move", "/rehearsal")},
    **{f"{_V}mail/<int:message>{p}": api(READERS, "{mail}") for p in ("", "/raw", "/register", "/discard")},
    **{f"{_V}reports/fields/<name>{p}": api(NOBODY, "nada") for p in ("", "/tickets")},
    **{f"{_V}surveys/<uuid>/{p}": api(MEASURERS - {"stranger"} | ADMIN, "{survey_uuid}") for p in ("results", "answers")},
    **{f"{_V}{p}": api(NOBODY, "{ticket_uuid}") for p in ("known-errors/<uuid>", "problems/<uuid>", "changes/<uuid>")},
    f"{_V}problems/<uuid>/known-error": api(READERS, "{ticket_uuid}"),
    f"{_V}problems/<uuid>/steps/<int:step>/done": api(NOBODY, "{ticket_uuid}", NUMBER),
    f"{_V}tickets/<uuid>/links": api(TICKET, "{ticket_uuid}"), f"{_V}tickets/<uuid>/problem": api(READERS, "{ticket_uuid}"),
    **{f"{_V}tickets/<uuid>/{p}": api(READERS, "{ticket_uuid}") for p in ("change", "links/remove")},
    **{f"{_V}problems/<uuid>/steps/<int:step>{p}": api(NOBODY, "{ticket_uuid}", NUMBER) for p in ("", "/drop")},
    **{f"{_V}tickets/<uuid>/{p}": api(READERS, "{ticket_uuid}") for p in ("parent", "watchers", "approvals/instead", "imported")},
    f"{_V}offerings/<slug>/versions/<int:number>.pdf": api(HERE, "{offering}", "1"),
    f"{_C}offerings": api(ADMINS | KEEPER), f"{_V}forms": api(ADMINS | KEEPER), f"{_V}forms/<slug>/versions/<int:number>": api(ADMIN, "opinion", "1"),
    **{f"{_C}teams/<int:row>/{p}": api(ADMIN | KEEPER, "{kept_team}") for p in ("effects", "apply")},
    **{f"{_V}forms/<slug>{p}": api(ADMIN, "opinion") for p in ("", "/draft", "/publish", "/retire")},
    **{f"{_C}offerings/<slug>{p}": api(ADMIN | KEEPER, "{offering}") for p in (
        "", "/versions", "/draft", "/simulation", "/trial", "/publish", "/renew", "/retire")},
    **{f"{_C}{p}": api(ADMINS | KEEPER if p in _LENT else ADMINS) for p in (*_KEPT, "ci-relation-types", "change-rules", "change-models")},
    **{f"{_C}{p}/<int:row>": api(NOBODY, NUMBER) for p in ("change-rules", "change-models")},
    **{f"{_C}{p}/<int:row>": api(ADMIN | KEEPER if p in _LENT - _SHARED else ADMIN, f"{{kept_{name}}}") for p, name in _KEPT.items()},
    f"{_C}ci-relation-types/<int:row>": api(NOBODY, NUMBER),
    **{f"{_V}{p}": api(NOBODY) for p in ("ci-loads", "ci-loads/plan", "ci-findings")}, f"{_V}ci-types/standard": api(ADMINS),
    f"{_V}ci-types/<slug>": api(NOBODY, "nada"), **{f"{_V}ci-loads/<int:load>{p}": api(NOBODY, NUMBER) for p in ("", "/undo")},
    **{f"{_V}cis/<uuid>/{p}": api(NOBODY, UUID) for p in ("label.pdf", "documents")},
    f"{_V}cis/<uuid>/documents/<document>": api(NOBODY, UUID, UUID),
}


def things(d: Desk, named: dict[str, str]) -> dict[str, str]:
    """Their uuids and numbers; `named` are those of the desk's pages, whose rows they are."""
    here = {"institution": d.world.institution}
    canned = CannedAnswer.objects.create(title="Saludo", text="Buenas tardes", **here)
    service = d.version.offering.service
    rows = {"family": service.family, "service": service, "level": d.level, "objective": d.level.objectives.first(), "team": d.first,
            "member": d.first.memberships.first(), "cause": d.cause, "hold": d.hold, "canned": canned,
            "mailbox": Mailbox.objects.get(**here)}
    return {**{f"kept_{name}": str(row.pk) for name, row in rows.items() if row},
            "article_uuid": str(Article.objects.get(pk=named["article"]).uuid),
            "on_call_uuid": str(OnCall.objects.get(pk=named["on_call"]).uuid),
            "blackout_uuid": str(Blackout.objects.get(pk=named["blackout"]).uuid)}
