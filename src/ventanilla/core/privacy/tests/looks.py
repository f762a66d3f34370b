"""What looks personal in a table: by the type of a column, or by a word of its name. Deliberately wide: what is not is said to be not."""
import re
from collections.abc import Iterator
from typing import Any, Final

from django.apps import apps
from django.db import models

WORDS: Final = re.compile(
    r"(^|_)(given|surname|names?|signatory|addressee|holder|representative|requester|beneficiary|sender|recipient|to|persona?|author|owner|user|"
    r"username|e?mails?|reply|from|phone|tel|address|domicile|curp|rfc|signature|firma|ip|agent|contact|identity|post|birth|title|subject|"
    r"reason|notes?|text|body|said|caption|filename|details?|delivered|delivery|annexes|result|solution|description|letter|query|number|serial|"
    r"path|get|params|extra|token|uid|key|session|data|agreement|code)(_|\d|$)")
TYPES: Final = (models.TextField, models.JSONField, models.EmailField, models.GenericIPAddressField, models.BinaryField)
THEIRS: Final = frozenset({
    "auth", "contenttypes", "pghistory", "pgtrigger"})
"""Of the libraries: rights, types and history contexts of Django itself, which hold nothing of anybody (the platform uses no groups)."""


def looks_personal(field: Any) -> bool:
    """A column of text or of data, without a closed list of values, that by type or name may say something of somebody."""
    if not isinstance(field, (models.CharField, *TYPES)) or field.choices or isinstance(field, models.SlugField):
        return False
    return isinstance(field, TYPES) or bool(WORDS.search(field.name))


def history_of(model: Any) -> Any:
    """The table whose rows' history an event table keeps; None for any other."""
    return getattr(model, "pgh_tracked_model", None)


def fields() -> Iterator[tuple[str, str]]:
    """("app.Model", field) of everything that looks personal; histories follow the table that they are of."""
    for model in apps.get_models():
        if model._meta.app_label in THEIRS or history_of(model) is not None or model._meta.proxy:
            continue
        yield from ((model._meta.label, f.name) for f in model._meta.concrete_fields if looks_personal(f))
