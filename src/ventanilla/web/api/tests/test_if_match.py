"""Which operations look at `If-Match`: what their code does, what they answer and what the reference says are the same."""
from collections.abc import Iterator
from inspect import isfunction, ismodule, unwrap
from types import CodeType, FunctionType
from typing import Any

from ventanilla.web.api import shapes
from ventanilla.web.api.urls import api


def names_in(code: CodeType) -> set[str]:
    """Whatever it names, also in the functions that it makes."""
    return set(code.co_names).union(*(names_in(one) for one in code.co_consts if isinstance(one, CodeType)))


def named_by(function: FunctionType) -> Iterator[object]:
    names = names_in(function.__code__)
    for name in names:
        found = function.__globals__.get(name)
        yield from (getattr(found, one, None) for one in names) if ismodule(found) else (found,)
    yield from (cell.cell_contents for cell in function.__closure__ or ())


def looks(function: FunctionType, seen: set[object]) -> bool:
    """Whether it comes to the one place that reads the header, through functions of the API."""
    if function is shapes.unless_changed:
        return True
    seen.add(function)
    below = (one for one in named_by(function) if isfunction(one) and one not in seen and ".api" in one.__module__)
    return any([looks(one, seen) for one in below])


def operations() -> Iterator[Any]:
    for _prefix, router in api._routers:
        for view in router.path_operations.values():
            yield from view.operations


def test_who_looks_at_the_header_says_so_and_nobody_else() -> None:
    looking = {str(one.operation_id) for one in operations() if looks(unwrap(one.view_func), set())}
    answering = {str(one.operation_id) for one in operations() if 412 in one.response_models}
    assert {"route_case", "conclude_letter", "step_ticket", "change_kept_teams", "take_subject_request_step"} <= looking
    assert sorted(answering ^ looking) == [], "an operation answers CHECKED when, and only when, it comes to shapes.unless_changed"


def test_the_reference_names_the_header_where_412_is_answered() -> None:
    said = {one["operationId"]: one for path in api.as_written()["paths"].values() for one in path.values()}
    named = {name for name, one in said.items() if any(
        (p["in"], p["name"], p["required"]) == ("header", "If-Match", False) for p in one.get("parameters", []))}
    assert named == {name for name, one in said.items() if 412 in one["responses"]} != set()
    assert {"change_ci", "change_ci_relation", "publish_offering", "write_form_draft"} <= named
    assert not {"add_note", "list_circulars", "get_letter", "register_letters"} & named
