"""Everything that a screen of the desk can do has its route: a table of pairs. What is missing on either side fails.

A page (or a step, or a tile's verb) that comes without its route is added here with its route, or with the reason why a program
needs none.
"""
import json
from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver
from ninja import Schema
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import TypeAdapter

from ventanilla.modules.servicedesk import urls
from ventanilla.modules.servicedesk.api.doing import NOT_HERE, run_of
from ventanilla.modules.servicedesk.api.keeping.tables import TABLES
from ventanilla.modules.servicedesk.flow import FLOWS
from ventanilla.modules.servicedesk.screens.actions import ASIDE, PAGES, STEPS
from ventanilla.web.admin_area.registry import catalogues
from ventanilla.web.api.urls import api
from ventanilla.web.screens.screen import screens

NONE: Final = "-"
PAIRS: Final[dict[str, str]] = {  # page: what a program asks for instead, or "- why it needs nothing"
    "portal": "GET /offerings, GET /major-incidents", "major_affected": "POST /major-incidents/{uuid}/affected, DELETE /major-incidents/{uuid}/affected",
    "ask": "POST /tickets", "tickets": "GET /tickets", "ticket_register": "POST /tickets",
    "problem_new": "POST /tickets, POST /tickets/{uuid}/problem", "change_new": "POST /tickets, POST /tickets/{uuid}/change",
    "plan_step": "PUT /problems/{uuid}/steps/{step}, POST /problems/{uuid}/steps/{step}/drop",
    "liaisons": "GET /liaisons, POST /liaisons", "liaison": "GET /liaisons/{liaison}",
    "liaison_step": "POST /liaisons/{liaison}/validate, POST /liaisons/{liaison}/complete, POST /liaisons/{liaison}/extend, POST /liaisons/{liaison}/end",
    "liaison_papers": "GET /liaisons/{liaison}/papers, POST /liaisons/{liaison}/papers, POST /liaisons/{liaison}/letter",
    "liaison_paper": "GET /liaisons/{liaison}/papers/{uuid}/content",
    "liaison_paper_withdraw": "POST /liaisons/{liaison}/papers/{uuid}/withdraw",
    "service_levels": "GET /service-levels, GET /service-levels/kinds", "kind_levels": "PUT /service-levels/kinds/{kind}",
    "service_level": "GET /service-levels/{level}",
    "level_effects": "GET /service-levels/{level}/effects, POST /service-levels/{level}/apply",
    "team_effects": "GET /catalogue/teams/{row}/effects, POST /catalogue/teams/{row}/apply",
    "threshold_new": "POST /service-levels/{level}/thresholds", "thresholds_usual": "POST /service-levels/{level}/thresholds/usual",
    "threshold": "PUT /service-levels/{level}/thresholds/{threshold}",
    "threshold_step": "POST /service-levels/{level}/thresholds/{threshold}/switch", "objective_drop": "DELETE /catalogue/objectives/{row}",
    "assignments": "GET /assignment-rules", "assignment_new": "POST /assignment-rules, GET /assignment-vocabulary",
    "assignment": "GET /assignment-rules/{rule}, PUT /assignment-rules/{rule}",
    "assignment_rehearsal": "GET /assignment-rules/{rule}/rehearsal",
    "assignment_step": "POST /assignment-rules/{rule}/switch, POST /assignment-rules/{rule}/move",
    "catalogue_pdf": "GET /catalogue.pdf", "offering_pdf": "GET /offerings/{slug}/versions/{number}.pdf",
    "offerings": "GET /catalogue/offerings", "offering_new": "POST /catalogue/offerings",
    "offering": "GET /catalogue/offerings/{slug}/draft, PATCH /catalogue/offerings/{slug}/draft, "
                "GET /catalogue/offerings/{slug}/simulation, GET /catalogue/offerings/{slug}/versions",
    "offering_try": "POST /catalogue/offerings/{slug}/trial",
    "offering_publish": "POST /catalogue/offerings/{slug}/publish", "offering_renew": "POST /catalogue/offerings/{slug}/renew",
    "offering_retire": "POST /catalogue/offerings/{slug}/retire",
    "ticket": "GET /tickets/{uuid}, GET /tickets/{uuid}/entries, GET /tickets/{uuid}/links, GET /tickets/{uuid}/checklist, "
              "GET /tickets/{uuid}/time, GET /tickets/{uuid}/approvals, GET /problems/{uuid}, GET /changes/{uuid}, "
              "GET /known-errors/{uuid}, GET /cases/{uuid}/documents, GET /cases/{uuid}/moves, GET /canned-answers, "
              "GET /tickets/{uuid}/opinions",
    "ticket_clock": "GET /tickets/{uuid}/clocks", "ticket_entry": "POST /tickets/{uuid}/entries",
    "ticket_follow": "POST /tickets/{uuid}/follow, DELETE /tickets/{uuid}/follow", "ticket_tick": "POST /tickets/{uuid}/checklist/{item}",
    "ticket_step_drop": "DELETE /tickets/{uuid}/checklist/{item}", "ticket_time_drop": "DELETE /tickets/{uuid}/time/{entry}",
    "ticket_opinion": f"{NONE} it leads to the signed link of who is asked",
    "ticket_action": "POST /tickets/{uuid}/steps/{step}", "ticket_items": "GET /tickets/{uuid}/items, POST /tickets/{uuid}/items",
    "ticket_item_remove": "DELETE /tickets/{uuid}/items/{item}", "ticket_impact": "GET /cis/{uuid}/impact",
    "ticket_collisions": "GET /tickets/{uuid}/collisions", "ticket_merge": "POST /tickets/{uuid}/steps/{step}", "tickets_many": "POST /tickets/{uuid}/steps/{step}",
    "ticket_imported": "GET /tickets/{uuid}/imported",
    "cmdb": "GET /cis", "ci_new": "POST /cis", "cmdb_impact": "GET /cis/{uuid}/impact", "ci_options": "GET /cis",
    "cmdb_loads": "GET /ci-loads, POST /ci-loads/plan, POST /ci-loads", "cmdb_load": "GET /ci-loads/{load}",
    "cmdb_undo": "POST /ci-loads/{load}/undo", "cmdb_tidy": "GET /ci-findings",
    "cmdb_types": "GET /ci-types, POST /ci-types/standard", "cmdb_type_new": "POST /ci-types",
    "cmdb_type": "GET /ci-types/{slug}, PUT /ci-types/{slug}", "ci_unrelate": "DELETE /ci-relations/{uuid}",
    "ci_relation": "GET /ci-relations/{uuid}, PATCH /ci-relations/{uuid}", "ci_confirm": "POST /cis/{uuid}/confirm",
    "ci": "GET /cis/{uuid}, GET /cis/{uuid}/relations", "ci_edit": "PATCH /cis/{uuid}", "ci_relate": "POST /ci-relations",
    "ci_step": "POST /cis/{uuid}/steps/{step}", "ci_label": "GET /cis/{uuid}/label.pdf",
    "ci_documents": "POST /cis/{uuid}/documents, GET /cis/{uuid}/documents", "ci_document": "GET /cis/{uuid}/documents/{document}",
    "ci_document_off": "DELETE /cis/{uuid}/documents/{document}",
    "change_calendar": "GET /changes, GET /blackouts",
    "blackouts": "GET /blackouts", "blackout_new": "POST /blackouts", "blackout": "GET /blackouts/{uuid}, PATCH /blackouts/{uuid}",
    "blackout_off": "POST /blackouts/{uuid}/call-off",
    "on_call": "GET /on-call, GET /on-call/now", "on_call_new": "POST /on-call", "on_call_rota": "POST /on-call/rota",
    "on_call_turn": "GET /on-call/{uuid}, PATCH /on-call/{uuid}", "on_call_drop": "DELETE /on-call/{uuid}",
    "itop_rest": f"{NONE} it is for programs already", "article_preview": f"{NONE} only draws what is being typed",
    "rules": "GET /notification-rules", "rule_new": "POST /notification-rules, GET /notification-vocabulary",
    "rule": "GET /notification-rules/{rule}, PUT /notification-rules/{rule}", "rule_rehearsal": "GET /notification-rules/{rule}/rehearsal",
    "rule_step": "POST /notification-rules/{rule}/switch, POST /notification-rules/{rule}/move",
    "help": "GET /articles", "help_suggestions": "GET /help-suggestions", "article_new": "POST /articles",
    "article_from": "POST /tickets/{uuid}/article", "article": "GET /articles/{uuid}", "article_opinion": "POST /articles/{uuid}/vote",
    "article_read": "POST /articles/{uuid}/help", "article_solved": "POST /articles/{uuid}/help", "article_edit": "PUT /articles/{uuid}",
    "article_versions": "GET /articles/{uuid}/versions", "article_reason": "POST /articles/{uuid}/steps/{step}",
    "article_step": "POST /articles/{uuid}/steps/{step}",
    "ticket_hints": "GET /similar-tickets", "ticket_alike": "GET /tickets/{uuid}/similar",
    "candidates": "GET /problem-candidates, GET /problem-candidates/{candidate}",
    "candidate_accept": "POST /problem-candidates/{candidate}/accept", "candidate_dismiss": "POST /problem-candidates/{candidate}/dismiss",
    "boards": "GET /boards", "boards_change": "PUT /boards", "board_narrow": "PUT /boards", "boards_help": "GET /boards/{measure}", "board_tile": "GET /boards/{measure}", "board_csv": "GET /boards/{measure}",
    "mail_log": "GET /mail", "mail_message": "GET /mail/{message}", "mail_raw": "GET /mail/{message}/raw",
    "mail_again": "POST /mail/{message}/register", "mail_discard": "POST /mail/{message}/discard",
    "desk_report": "GET /reports/monthly, GET /surveys, GET /surveys/{uuid}/results, GET /surveys/{uuid}/answers",
    "desk_report_rows": "GET /reports/monthly/tickets", "desk_report_systems": "GET /reports/systems",
    "desk_report_system": "GET /reports/systems", "desk_fields": "GET /reports/fields, GET /reports/fields/{name}",
    "desk_field_rows": "GET /reports/fields/{name}/tickets", "desk_field_file": "GET /reports/fields/{name}",
    "desk_report_file": "GET /reports/monthly",
}
BESIDE: Final[dict[str, str]] = {  # what a ticket's page does beside the steps of its flow
    "decidir": "POST /tickets/{uuid}/decision", "tiempo": "POST /tickets/{uuid}/time", "paso": "POST /tickets/{uuid}/checklist", "relacionar": "POST /tickets/{uuid}/links",
    "quitar-relacion": "POST /tickets/{uuid}/links/remove",
    "problema": "POST /tickets/{uuid}/problem", "error-conocido": "POST /problems/{uuid}/known-error",
    "depender": "PUT /tickets/{uuid}/parent", "accion-hecha": "POST /problems/{uuid}/steps/{step}/done",
    "autoriza-otra": "POST /tickets/{uuid}/approvals/instead", "avisar-a": "POST /tickets/{uuid}/watchers",
    "aviso-mayor": "GET /tickets/{uuid}/major-messages, POST /tickets/{uuid}/major-messages",
}
LISTS: Final[dict[str, str]] = {"tickets": "GET /tickets", "articulos": "GET /articles", "correo-de-la-mesa": "GET /mail",
                                "configuracion": "GET /cis"}


def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    return found


def operations() -> set[str]:
    """METHOD /path of everything that the API answers."""
    return {f"{method.upper()} {path.removeprefix('/api/v1')}" for path, item in document()["paths"].items() for method in item}


def names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from names(one.url_patterns)
        else:
            yield one.name or ""


def routes(pairs: dict[str, str]) -> set[str]:
    return {route.strip() for said in pairs.values() if not said.startswith(NONE) for route in said.split(",")}


def test_every_page_of_the_desk_has_its_route() -> None:
    pages = set(names(urls.urlpatterns))
    assert pages - set(PAIRS) == set(), "say in PAIRS which route does the same, or why none is needed"
    assert set(PAIRS) - pages == set(), "no longer a page"
    assert (routes(PAIRS) | routes(BESIDE) | routes(LISTS)) - operations() == set(), "no such route"


def test_every_step_and_everything_beside_the_flow_has_its_route() -> None:
    assert set(ASIDE) == set(BESIDE)
    assert {s for s in (*STEPS, *PAGES) if run_of(s) is None} == set(), "a step with a page and without a verb in the API"
    assert {s.name for flow in FLOWS for s in flow.steps if run_of(s.name) is None} <= NOT_HERE


def test_every_list_and_every_catalogue_of_the_desk_has_its_routes() -> None:
    ours = {s.slug for s in screens() if type(s).__module__.startswith("ventanilla.modules.servicedesk")}
    assert ours == set(LISTS)
    models = set(apps.get_app_config("servicedesk").get_models())
    kept = {c.slug: c for c in catalogues() if c.model in models}
    assert {t.slug for t in TABLES} == set(kept), "a catalogue of the administration area without routes, or the other way round"
    for table in TABLES:
        fields = set(kept[table.slug].fields)
        assert (set(table.given.model_fields), set(table.change.model_fields)) == (fields, fields), table.slug
        assert set(table.shown.model_fields) == fields | {"id"} | {"services": {"slug"}, "mailboxes": {"kept"}}.get(
            table.path, set()), table.slug
        for operation in (f"GET /catalogue/{table.path}", f"POST /catalogue/{table.path}", f"PATCH /catalogue/{table.path}/{{row}}"):
            assert operation in operations()


def test_the_document_is_complete_and_says_each_thing_once() -> None:
    found = document()
    OpenAPIV31SpecValidator(found).validate()
    every = [op for item in found["paths"].values() for op in item.values()]
    ids = [op["operationId"] for op in every]
    assert len(ids) == len(set(ids)) and all(op.get("summary") for op in every)
    assert all(op["security"] for op in every)
    said = [s.__name__ for s in schemas(Schema) if s.__module__.startswith("ventanilla.") and ".tests" not in s.__module__]
    assert {n for n in said if said.count(n) > 1} == set(), "two schemas of one name: the document would tell one for the other"


def schemas(kind: type[Schema]) -> Iterator[type[Schema]]:
    for one in kind.__subclasses__():
        yield one
        yield from schemas(one)


def test_examples_are_what_the_schemas_take() -> None:
    taken = [s for s in schemas(Schema) if s.__module__.startswith("ventanilla.modules.servicedesk") and s.__name__.endswith("In")]
    shown = 0
    for one in taken:
        for field in one.model_fields.values():
            for example in field.examples or ():
                TypeAdapter(field.rebuild_annotation()).validate_python(example)
                shown += 1
    assert shown >= 25


@pytest.mark.django_db
def test_every_operation_is_answered_and_none_without_a_token() -> None:
    client, wrong = Client(), []
    for path, item in document()["paths"].items():
        where = path
        for name in ("uuid", "item", "document"):
            where = where.replace(f"{{{name}}}", "00000000-0000-4000-8000-000000000000")
        while "{" in where:
            where = f"{where[:where.index('{')]}1{where[where.index('}') + 1:]}"
        for method in item:
            answer = client.generic(method.upper(), where)
            wrong += [(method, where, answer.status_code)] if answer.status_code != 401 else []
    assert wrong == []
