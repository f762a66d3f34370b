"""The legal forms of companies and associations, as they are written and as recognition misreads them.

Ley General de Sociedades Mercantiles, art. 1 (S.A., S. de R.L., S. en C.; de C.V.), and the civil code (A.C., S.C.).
A closed list: only an end that is one of these but for misread characters is mended.
"""

import re

from ventanilla.modules.correspondence.reading.lines import proper

FORMS = (
    "S. de R.L. de C.V.", "S. de R.L.", "S.A.P.I. de C.V.", "S.A.P.I.", "S.A.B. de C.V.", "S.A.S. de C.V.", "S.A.S.", "S.A. de C.V.",
    "S.A.", "S. en C. por A.", "S. en C.", "S.C. de R.L. de C.V.", "S.C. de R.L.", "S.C.", "A.C.", "I.A.P.", "A.B.P.", "A.R.",
    "S.P.R. de R.L. de C.V.", "S.P.R. de R.L.", "S.P.R.", "S.N.C.",
)
#: Initials with stops, and the small words between them, at the end of a name.
_END = re.compile(r"([,;]? ?)(?<![\w.])((?:[\w$§€(|]{1,2}[.,·]{1,2} ?|de |en |por )+[\w$§€(|]{0,2}[.,]?)$", re.IGNORECASE)
_SAME = str.maketrans("$§58€(G41|I", "SSSSCCCALLL")  # confused characters as one; I, 1 and L are not told apart


def _bones(text: str) -> str:
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[^A-Z]", "", text.upper().translate(_SAME)))  # no form has a letter twice in a row


_KNOWN = {_bones(form): form for form in FORMS}


def _form(text: str) -> str | None:
    """The form that a text was misread from; a stroke before it (`LA.C.`) is left out."""
    bones = _bones(text)
    lost = [form for whole, form in _KNOWN.items() if len(bones) > 3 and whole[1:] == bones]  # `A. de C.V.`
    return _KNOWN.get(bones) or (_KNOWN.get(bones[1:]) if bones[:1] == "L" else lost[0] if len(lost) == 1 else None)


def with_form(name: str) -> str:
    """The name with the legal form at its end as it is written; any other name as it came.

    `Grupo Lomas, $. de R.L` -> `Grupo Lomas, S. de R.L.`; the comma before it, which recognition often loses, is put back.
    """
    name = re.sub(r"(?<=[ ,])(S\.A\.(?:P\.I\.|B\.|S\.)?|R\.L\.) de(?: [C€(G]\.?)?$", r"\1 de C.V.", name)  # nothing else goes on so
    name = re.sub(r"\b(de)(?=[RC]\. ?[LV]\b)", r"\1 ", name, flags=re.IGNORECASE)  # `DER.L.`
    match = _END.search(name)
    form = _form(match[2]) if match and match.start() else None
    return f"{proper(name[: match.start()])}, {form}" if match and form else name


_BEHIND = re.compile(rf"(?i:({'|'.join(re.escape(form) for form in sorted(FORMS, key=len, reverse=True))})) +(?!(?i:de|en |por ))\S.*$")


def is_form(text: str) -> bool:
    """Whether a text with marks between its letters is a legal form and nothing else, however faintly it was read: `A.C,`."""
    return bool(re.search(r"\w[.,]", text)) and _form(text) is not None


def to_form(name: str) -> str:
    """The name up to its legal form: what is read behind it is a seal's, or a unit's."""
    return _BEHIND.sub(r"\1", name)
