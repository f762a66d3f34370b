"""From JSON to a `Definition`: everything wrong is said at once, in Spanish, each with its place.

```
{"intro": "", "thanks": "", "unanswered": "exclude" | "zero", "sections": [
  {"key": "servicio", "title": "El servicio", "help": "", "weight": 1, "when": null, "fields": [
    {"key": "trato", "type": "scale", "label": "¿Cómo fue el trato?", "required": true,
     "choices": [{"value": "muy", "label": "Muy bueno", "score": 3}, …, {"value": "na", "label": "No aplica", "na": true}]},
    {"key": "motivo", "type": "long_text", "label": "¿Por qué?", "when": {"field": "trato", "op": "in", "value": ["malo"]}}]}]}
```
Attributes that are left out have the defaults of `fields.Field`; unknown ones are refused, so that a typo is seen.
"""
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext as _

from ventanilla.core.questionnaires.definition import fields as f
from ventanilla.core.questionnaires.definition.conditioning import conditions_of
from ventanilla.core.questionnaires.definition.fields import Choice, Definition, Field, Section
from ventanilla.core.questionnaires.definition.messages import N_, DefinitionError, Message, Problem
from ventanilla.core.questionnaires.definition.patterns import PatternError, compiled
from ventanilla.core.questionnaires.definition.texts import slug, tidy
from ventanilla.core.questionnaires.definition.values import BadValue, clean

KEY: Final = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
MAX_BYTES: Final = 1_000_000
_ROOT: Final = frozenset({"intro", "thanks", "unanswered", "sections"})
_SECTION: Final = frozenset({"key", "title", "help", "weight", "when", "fields"})
_FIELD: Final = frozenset(Field.__dataclass_fields__) - {"companion_of"}
_CHOICE: Final = frozenset({"value", "label", "score", "na"})


class Reader:
    """Reads plain data and collects what is wrong with it; `path` and `where` tell the place."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def wrong(self, path: str, where: str, text: str, **params: Any) -> None:
        """Note a mistake."""
        self.problems.append(Problem(path, where, Message(text, params)))

    def mapping(self, data: Any, allowed: frozenset[str], path: str, where: str) -> Mapping[str, Any]:
        """The data as a mapping with known names only."""
        if not isinstance(data, Mapping):
            self.wrong(path, where, N_("Falta la descripción."))
            return {}
        for name in data:
            if name not in allowed:
                self.wrong(f"{path}.{name}".strip("."), where, N_("No se conoce la propiedad «%(name)s»."), name=str(name)[:40])
        return data

    def items(self, data: Any, most: int, path: str, where: str) -> list[Any]:
        """The data as a list of at most so many."""
        if data is None:
            return []
        if not isinstance(data, list | tuple):
            self.wrong(path, where, N_("Se esperaba una lista."))
            return []
        if len(data) > most:
            self.wrong(path, where, N_("Son demasiados: hay %(size)s y caben %(most)s."), size=len(data), most=most)
        return list(data)[:most]

    def text(self, data: Mapping[str, Any], name: str, most: int, path: str, where: str, *, needed: str = "") -> str:
        """A text; `needed` is what to say when it is missing."""
        value = data.get(name) if data.get(name) is not None else ""
        if not isinstance(value, str):
            self.wrong(f"{path}.{name}", where, N_("Se esperaba un texto."))
            return ""
        value = tidy(value[: most + 1000], lines=True)
        if len(value) > most:
            self.wrong(f"{path}.{name}", where, N_("Es demasiado largo: el máximo son %(most)s caracteres."), most=f"{most:,}")
        if needed and not value:
            self.wrong(f"{path}.{name}", where, needed)
        return value

    def flag(self, data: Mapping[str, Any], name: str, path: str, where: str) -> bool:
        """True or false."""
        value = data.get(name, False)
        if not isinstance(value, bool):
            self.wrong(f"{path}.{name}", where, N_("Se esperaba sí o no."))
        return value is True

    def decimal(self, data: Mapping[str, Any], name: str, path: str, where: str, default: Decimal | None = None) -> Decimal | None:
        """A number between minus and plus a million, with at most six decimals."""
        value = data.get(name)
        if value is None:
            return default
        try:
            if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
                raise InvalidOperation
            number = Decimal(str(value))
            if not number.is_finite() or abs(number) > 1_000_000 or number != round(number, 6):
                raise InvalidOperation
        except InvalidOperation:
            self.wrong(f"{path}.{name}", where, N_("Se esperaba un número."))
            return default
        return number


def parse(data: Any, *, kinds: frozenset[str] | None = None) -> Definition:
    """The definition. `kinds` are the kinds of reference that exist (None: not checked). Raises DefinitionError."""
    read = Reader()
    root = read.mapping(data, _ROOT, "", "")
    if len(canonical(data)) > MAX_BYTES:
        raise DefinitionError([Problem("", "", Message(N_("El formulario es demasiado grande.")))])
    given = read.items(root.get("sections"), f.MAX_SECTIONS, "sections", "")
    parsed = [_section(read, one, f"sections.{n}", n) for n, one in enumerate(given)]
    unanswered = root.get("unanswered") or "exclude"
    if unanswered not in ("exclude", "zero"):
        read.wrong("unanswered", "", N_("Lo que no se responde se excluye («exclude») o cuenta cero («zero»)."))
    definition = Definition(tuple(parsed), read.text(root, "intro", 5000, "", ""), read.text(root, "thanks", 2000, "", ""), unanswered)
    _check_keys(read, definition)
    _check_kinds(read, definition, kinds)
    if not read.problems:
        definition = conditions_of(read, root, definition)
    if read.problems:
        raise DefinitionError(read.problems)
    return _with_companions(definition)


def _section(read: Reader, data: Any, path: str, number: int) -> Section:
    where = _("Sección %(n)s") % {"n": number + 1}
    one = read.mapping(data, _SECTION, path, where)
    title = read.text(one, "title", 200, path, where, needed=N_("Falta el título de la sección."))
    where = _("Sección «%(title)s»") % {"title": title} if title else where
    weight = read.decimal(one, "weight", path, where, Decimal(1)) or Decimal()
    if weight < 0:
        read.wrong(f"{path}.weight", where, N_("El peso no puede ser negativo."))
    given = read.items(one.get("fields"), f.MAX_FIELDS, f"{path}.fields", where)
    key = read.text(one, "key", 60, path, where) or (slug(title) if title else f"seccion_{number + 1}")
    return Section(key, title, read.text(one, "help", 5000, path, where), max(weight, Decimal()),
                   None, tuple(_field(read, item, f"{path}.fields.{n}", f"{where}, pregunta {n + 1}") for n, item in enumerate(given)))


def _field(read: Reader, data: Any, path: str, where: str, *, column: bool = False) -> Field:
    one = read.mapping(data, _FIELD, path, where)
    label = read.text(one, "label", 500, path, where, needed=N_("Falta la pregunta."))
    where = f"«{label[:80]}»" if label else where
    kind = one.get("type")
    if kind not in f.TYPES:
        read.wrong(f"{path}.type", where, N_("No se conoce el tipo «%(type)s»."), type=str(kind)[:40])
        kind = "text"
    if column and kind not in f.COLUMN_TYPES:
        read.wrong(f"{path}.type", where, N_("Una columna de tabla no puede ser de este tipo."))
        kind = "text"
    if column and one.get("when"):
        read.wrong(f"{path}.when", where, N_("Las columnas de una tabla no llevan condición."))
    made = _described(read, one, kind, label, path, where)
    made = _limited(read, made, one, path, where)
    made = _scored(read, made, one, path, where)
    for check in _BY_TYPE.get(kind, ()):
        made = check(read, made, one, path, where)
    return _default(read, made, one, path, where)


def _described(read: Reader, one: Mapping[str, Any], kind: str, label: str, path: str, where: str) -> Field:
    return Field(
        read.text(one, "key", 60, path, where, needed=N_("Falta la clave.")), kind, label, read.text(one, "help", 2000, path, where),
        read.flag(one, "required", path, where), read.flag(one, "private", path, where),
        unit=read.text(one, "unit", 40, path, where), pattern_help=read.text(one, "pattern_help", 200, path, where),
        reference=read.text(one, "reference", 40, path, where), scored=read.flag(one, "scored", path, where))


def _limited(read: Reader, made: Field, one: Mapping[str, Any], path: str, where: str) -> Field:
    """The limits, as canonical values of the type."""
    found: dict[str, Any] = {}
    for name in ("min_length", "max_length", "decimals"):
        value = one.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 20_000):
            read.wrong(f"{path}.{name}", where, N_("Se esperaba un número entero."))
        elif value is not None:
            found[name] = value
    if found.get("decimals", 0) > 6:
        read.wrong(f"{path}.decimals", where, N_("Caben hasta 6 decimales."))
    limits = {name: _limit(read, made, one[name], f"{path}.{name}", where) for name in ("min", "max") if one.get(name) not in (None, "")}
    if None not in limits.values() and len(limits) == 2 and _ordered(limits["min"]) > _ordered(limits["max"]):
        read.wrong(f"{path}.min", where, N_("El mínimo es mayor que el máximo."))
    if (found.get("min_length") or 0) > (found.get("max_length") or 20_000):
        read.wrong(f"{path}.min_length", where, N_("El mínimo es mayor que el máximo."))
    return replace(made, **found, **limits)


def _ordered(limit: Any) -> Any:
    return limit if isinstance(limit, str) and "-" in limit[1:] else Decimal(str(limit))


def _limit(read: Reader, made: Field, value: Any, path: str, where: str) -> Any:
    counts = {"choices": "integer", "table": "integer"}
    kind = counts.get(made.type, made.type)
    if kind not in f.NUMBERS | f.MOMENTS:
        read.wrong(path, where, N_("Este tipo de pregunta no tiene mínimo ni máximo."))
        return None
    try:
        return clean(Field("limite", kind, "", decimals=6), value)
    except BadValue as bad:
        read.problems.append(Problem(path, where, bad.message))
        return None


def _scored(read: Reader, made: Field, one: Mapping[str, Any], path: str, where: str) -> Field:
    weight = read.decimal(one, "weight", path, where, Decimal(1))
    if weight is None or weight < 0:
        read.wrong(f"{path}.weight", where, N_("El peso no puede ser negativo."))
    if made.scored and (made.type not in f.NUMBERS or made.min is None or made.max is None or made.min == made.max):
        read.wrong(f"{path}.scored", where, N_("Para dar puntos, el número necesita mínimo y máximo distintos."))
    evidence = one.get("evidence") or ""
    if evidence not in f.EVIDENCE:
        read.wrong(f"{path}.evidence", where, N_("La evidencia es texto («text») o archivo («file»)."))
        evidence = ""
    return replace(made, weight=weight or Decimal(), evidence=evidence, evidence_required=read.flag(one, "evidence_required", path, where),
                   yes_score=read.decimal(one, "yes_score", path, where), no_score=read.decimal(one, "no_score", path, where))


def _choices(read: Reader, made: Field, one: Mapping[str, Any], path: str, where: str) -> Field:
    found: list[Choice] = []
    for n, data in enumerate(read.items(one.get("choices"), f.MAX_CHOICES, f"{path}.choices", where)):
        item = read.mapping(data, _CHOICE, f"{path}.choices.{n}", where)
        label = read.text(item, "label", 300, f"{path}.choices.{n}", where, needed=N_("Falta el texto de una opción."))
        value = read.text(item, "value", 60, f"{path}.choices.{n}", where) or (slug(label) if label else "")
        found.append(Choice(value, label, read.decimal(item, "score", f"{path}.choices.{n}", where),
                            read.flag(item, "na", f"{path}.choices.{n}", where)))
    values = [c.value for c in found]
    if len(found) < 2:
        read.wrong(f"{path}.choices", where, N_("Escriba al menos dos opciones."))
    if twice := sorted({v for v in values if values.count(v) > 1}):
        read.wrong(f"{path}.choices", where, N_("La opción «%(value)s» está dos veces."), value=twice[0])
    return replace(made, choices=tuple(found))


def _columns(read: Reader, made: Field, one: Mapping[str, Any], path: str, where: str) -> Field:
    given = read.items(one.get("columns"), f.MAX_COLUMNS, f"{path}.columns", where)
    found = tuple(_field(read, data, f"{path}.columns.{n}", f"{where}, columna {n + 1}", column=True) for n, data in enumerate(given))
    if not found:
        read.wrong(f"{path}.columns", where, N_("Una tabla necesita al menos una columna."))
    keys = [c.key for c in found]
    if twice := [k for k in keys if keys.count(k) > 1]:
        read.wrong(f"{path}.columns", where, N_("La clave «%(key)s» está dos veces."), key=twice[0])
    if bad := [k for k in keys if k and not KEY.fullmatch(k)]:
        read.wrong(f"{path}.columns", where, N_("La clave «%(key)s» solo lleva minúsculas sin acento, números y guion bajo."), key=bad[0])
    return replace(made, columns=found)


def _pattern(read: Reader, made: Field, one: Mapping[str, Any], path: str, where: str) -> Field:
    text = one.get("pattern") or ""
    try:
        if text:
            compiled(str(text))
    except PatternError:
        read.wrong(f"{path}.pattern", where,
                   N_("La forma no se entiende o es demasiado larga. Use letras, números, [A-Z], \\d, ?, *, + y {m,n}."))
        text = ""
    return replace(made, pattern=str(text))


def _reference(read: Reader, made: Field, one: Mapping[str, Any], path: str, where: str) -> Field:
    if not made.reference:
        read.wrong(f"{path}.reference", where, N_("Falta decir a qué se refiere."))
    return made


Check = Callable[[Reader, Field, Mapping[str, Any], str, str], Field]
_BY_TYPE: Final[dict[str, tuple[Check, ...]]] = {
    **dict.fromkeys(f.CHOSEN, (_choices,)), "table": (_columns,), "text": (_pattern,), "reference": (_reference,),
}


def _default(read: Reader, made: Field, one: Mapping[str, Any], path: str, where: str) -> Field:
    raw = one.get("default")
    if raw in (None, "", []):
        return made
    if made.type in ("table", "file", "reference"):
        read.wrong(f"{path}.default", where, N_("Este tipo de pregunta no lleva respuesta inicial."))
        return made
    try:
        return replace(made, default=clean(made, raw))
    except BadValue as bad:
        read.problems.append(Problem(f"{path}.default", where, bad.message))
        return made


def _check_keys(read: Reader, definition: Definition) -> None:
    seen: set[str] = set()
    for n, section in enumerate(definition.sections):
        for m, one in enumerate(section.fields):
            path = f"sections.{n}.fields.{m}.key"
            where = f"«{one.label[:80]}»" if one.label else _("Sección «%(title)s», pregunta %(n)s") % {
                "title": section.title, "n": m + 1}
            if one.key and not KEY.fullmatch(one.key):
                read.wrong(path, where, N_("La clave «%(key)s» solo lleva minúsculas sin acento, números y guion bajo."), key=one.key)
            if one.key in seen:
                read.wrong(path, where, N_("La clave «%(key)s» está dos veces."), key=one.key)
            seen.add(one.key)
    keys = [s.key for s in definition.sections]
    for n, key in enumerate(keys):
        if key in keys[:n]:
            where = _("Sección «%(title)s»") % {"title": definition.sections[n].title}
            read.wrong(f"sections.{n}.key", where, N_("La clave «%(key)s» está dos veces."), key=key)
    if sum(len(s.fields) for s in definition.sections) > f.MAX_FIELDS:
        read.wrong("sections", "", N_("Son demasiadas preguntas; caben %(most)s."), most=f.MAX_FIELDS)


def _check_kinds(read: Reader, definition: Definition, kinds: frozenset[str] | None) -> None:
    for one in definition.all_fields() if kinds is not None else ():
        if one.type == "reference" and one.reference and kinds is not None and one.reference not in kinds:
            read.wrong("sections", f"«{one.label[:80]}»", N_("No se conoce «%(kind)s» como algo a lo que referirse."), kind=one.reference)


def _with_companions(definition: Definition) -> Definition:
    """After every field that asks for evidence, the field that holds it."""
    def expanded(section: Section) -> Section:
        found: list[Field] = []
        for one in section.fields:
            found.append(one)
            if one.evidence:
                found.append(Field(one.key + f.EVIDENCE_SUFFIX, "file" if one.evidence == "file" else "long_text", N_("Evidencia"),
                                   required=one.evidence_required, private=one.private, when=one.when, companion_of=one.key))
        return replace(section, fields=tuple(found))
    return replace(definition, sections=tuple(expanded(s) for s in definition.sections))


def canonical(data: Any) -> str:
    """JSON with sorted keys and no spaces: what the digest is of."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def digest_of(data: Any) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()
