"""Every field of every table that looks personal is declared: as personal, with its purpose and its end, or as not personal, with why."""
from typing import Any

import pytest
from django.apps import apps
from tests import make

from ventanilla.core.privacy.registry import Asked, declared, said_of
from ventanilla.core.privacy.tests.looks import fields, history_of, looks_personal


def test_everything_that_looks_personal_is_declared() -> None:
    missing = [f"{model}.{name}" for model, name in fields() if name not in said_of(model)]
    assert missing == [], "say in the app's `personal.py` (or `declared.py`) what it is kept for, or that it is not personal and why"


@pytest.mark.parametrize(("name", "kind"), [("email", "EmailField"), ("curp", "CharField"), ("rfc", "CharField"), ("phone", "CharField"),
                                            ("address", "CharField"), ("ip", "GenericIPAddressField"), ("signature", "BinaryField"),
                                            ("given_name", "CharField"), ("notes", "TextField"), ("extra", "JSONField")])
def test_a_new_field_of_somebody_would_be_noticed(name: str, kind: str) -> None:
    """The walk fails for a field that nobody declared: shown on fields that are in no table."""
    from django.db import models

    field: Any = getattr(models, kind)(**({"max_length": 20} if kind == "CharField" else {}))
    field.set_attributes_from_name(name)
    assert looks_personal(field)


def test_declarations_are_of_fields_that_exist() -> None:
    wrong = [f"{one.slug}: {name}" for one in declared() for name in [*one.fields, *(c for look in one.looked for c in look.split("+"))]
             if name not in {f.name for f in one.table._meta.get_fields()}]
    assert wrong == []


def test_histories_follow_a_table_that_is_declared() -> None:
    """A history keeps the same columns as its table, so what is declared of one holds for the other."""
    models = [m for m in apps.get_models() if history_of(m) is not None]
    assert models and all(history_of(m)._meta.label in {m._meta.label for m in apps.get_models()} for m in models)


def test_everything_says_whose_for_what_by_which_law_and_how_long() -> None:
    for one in declared():
        assert all(str(getattr(one, name)).strip() for name in ("title_of", "whose", "purpose", "basis", "retention")), one.slug
        assert bool(one.erase) != bool(one.kept), one.slug


@pytest.mark.django_db
def test_each_can_be_looked_in() -> None:
    """The search is SQL that this database takes, for every declaration, also for names with signs."""
    here = make.world().institution
    asked = Asked.of("María Núñez\nO'Brien %_\\", "maria@example.org", "NURM800101MMCXXX09")
    assert {one.slug: n for one in declared() if (n := len(one.find(here.pk, asked)[:2]))} == {}
    assert {one.slug: n for one in declared() if (n := len(one.find(here.pk, Asked())[:2]))} == {}, "nobody is not everybody"
