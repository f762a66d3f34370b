"""Ways in which a filled form gets damaged on its way here, each leaving what it means. A list of them makes a mutated form.

A mutation takes the lines of a form and a source of chance, and changes lines in place. Wrong encodings come last and give bytes.
"""
import html
import unicodedata
from collections.abc import Callable
from random import Random
from typing import Final

Lines = list[str]
MARKS: Final = ("X", "x", "✓", "☒", '<input checked="" type="checkbox"/>')
ENTITIES: Final = {"á": "&aacute;", "é": "&#233;", "í": "&iacute;", "ó": "&#xf3;", "ú": "&uacute;", "ñ": "&ntilde;", "¿": "&iquest;",
                   "É": "&Eacute;"}


def mutated(text: str, chance: Random, count: int = 6) -> str | bytes:
    """The form after `count` damages, half of the time in another encoding."""
    lines = text.split("\n")
    for damage in chance.choices(DAMAGES, k=count):
        damage(lines, chance)
    text = "\n".join(lines)
    return chance.choice(ENCODINGS)(text) if chance.random() < 0.5 else text


def _some(lines: Lines, chance: Random, test: Callable[[str], bool], most: int = 3) -> list[int]:
    places = [n for n, line in enumerate(lines) if test(line)]
    return sorted(chance.sample(places, min(len(places), chance.randint(1, most))), reverse=True)


def _is_marked(line: str) -> bool:
    return line.count("X") == 1 and any(cell == "X" for cell in line.split("\t")[1:])


def _is_yes_no(line: str) -> bool:
    return "\t\tSí\t" in line and "¿Dónde?" not in line and "<" not in line and "\n" not in line


def _is_labelled(line: str) -> bool:
    cells = line.rstrip("\t").split("\t")
    return line[:1].isalpha() and len(cells) == 2 and len(cells[0]) < 60 and not cells[0].endswith(".") and not _is_marked(line)


def _is_long(line: str) -> bool:
    cells = line.split("\t")
    return len(cells) <= 3 and "<" not in line and len(cells[min(1, len(cells) - 1)]) > 60


def drop_end_tabs(lines: Lines, chance: Random) -> None:
    """Empty cells at the end of lines are lost."""
    for n in _some(lines, chance, lambda line: line.endswith("\t"), 20):
        lines[n] = lines[n].rstrip("\t")


def add_end_tabs(lines: Lines, chance: Random) -> None:
    """Empty cells are added at the end."""
    for n in _some(lines, chance, lambda line: "\t" in line, 20):
        lines[n] += "\t" * chance.randint(1, 9)


def drop_value_tab(lines: Lines, chance: Random) -> None:
    """The tab between a numbered label and its value becomes a space."""
    for n in _some(lines, chance, lambda line: line[:1].isdigit() and line.rstrip("\t").count("\t") == 1 and "¿Cuál?" not in line):
        lines[n] = lines[n].replace("\t", " ", 1)


def shift(lines: Lines, chance: Random) -> None:
    """The row begins one cell too early, or too late."""
    for n in _some(lines, chance, lambda line: line.startswith("\t") and len(line.strip()) > 3):
        lines[n] = lines[n][1:] if chance.random() < 0.6 else "\t" + lines[n]


def move_mark(lines: Lines, chance: Random) -> None:
    """The mark moves within the reach of its option: fused to it, a cell further, or as another sign."""
    for n in _some(lines, chance, _is_marked, 6):
        way = chance.randint(0, 2)
        if way == 0:
            lines[n] = lines[n].replace("\tX", " X", 1)
        elif way == 1:
            lines[n] = lines[n].replace("\tX", "\t\tX", 1)
        else:
            lines[n] = lines[n].replace("\tX", "\t" + chance.choice(MARKS), 1)


def flatten_yes_no(lines: Lines, chance: Random) -> None:
    """«Sí», «No» and the X run together in one cell, or stand in a row of their own."""
    for n in _some(lines, chance, _is_yes_no):
        label, answer = lines[n].split("\t\tSí\t", 1)
        answer = "Sí\t" + answer
        lines[n] = f"{label}\n{' '.join(answer.split())}" if chance.random() < 0.5 else f"{label}\n\n\t{answer}"


def split_row(lines: Lines, chance: Random) -> None:
    """A long value goes on in the next line."""
    for n in _some(lines, chance, _is_long):
        head, tail = lines[n][:-45], lines[n][-45:]
        if " " in tail and "\t" not in tail.rstrip("\t"):
            first, rest = tail.split(" ", 1)
            lines[n] = f"{head}{first}\n{chance.choice(('', chr(9)))}{rest}"


def split_label(lines: Lines, chance: Random) -> None:
    """The value stands in the line after its label."""
    for n in _some(lines, chance, _is_labelled):
        lines[n] = lines[n].replace("\t", chance.choice(("\n", "\n\n\t")), 1)


def entities(lines: Lines, chance: Random) -> None:
    """Letters are written as HTML codes."""
    for n in _some(lines, chance, lambda line: len(line) > 10, 12):
        lines[n] = "".join(ENTITIES.get(c, c) if chance.random() < 0.5 else c for c in lines[n])


def spaces(lines: Lines, chance: Random) -> None:
    """Codes and letters that are spaces, or nothing."""
    for n in _some(lines, chance, lambda line: " " in line and "<" not in line, 12):
        lines[n] = lines[n].replace(" ", chance.choice(("&nbsp;", "\u00a0", "  ", " \u200b")), 1)


def double_line(lines: Lines, chance: Random) -> None:
    """A row of a table is there twice."""
    for n in _some(lines, chance, lambda line: "\t" in line and len(line.strip()) > 3 and not line.lstrip().startswith("Teléfono")):
        if not _in_pair(lines, n):
            lines.insert(n, lines[n])


def _in_pair(lines: Lines, n: int) -> bool:
    """Values of the two-column tables, and heads: copying those alone changes what the form says."""
    cells = lines[n].split("\t")
    return (len(cells) == 2 and cells[0][:1] not in tuple("\t1234567")) or "¿Cuál es el" in lines[n]


def nest_table(lines: Lines, chance: Random) -> None:
    """Yes and No come as an HTML table, and again flattened, once or twice."""
    for n in _some(lines, chance, _is_yes_no):
        label, answer = lines[n].split("\t\tSí\t", 1)
        cells = ["Sí", *answer.split("\t")]
        table = "".join(f" <td>{cell}</td>" for cell in cells)
        flat = "\t".join(cells)
        again = f"\n{flat}\t\t" if chance.random() < 0.5 else ""
        lines[n] = f'{label}\t\t\n<table border="1"> <tr>{table} </tr> </table>\t\t{flat}{again}'


def blank(lines: Lines, chance: Random) -> None:
    """Blank lines, fillers and rows of dashes."""
    for n in _some(lines, chance, lambda line: "\t" in line and not line.startswith("Acciones"), 6):
        lines.insert(n, chance.choice(("", " ", "\u00a0", "---\t----\t---", "-----------------------------\t----------")))


def typo(lines: Lines, chance: Random) -> None:
    """One letter of a long label is missing or changed."""
    for n in _some(lines, chance, lambda line: line[:1].isdigit() and len(line.split("\t")[0]) > 30 and "<" not in line, 2):
        label, *rest = lines[n].split("\t")
        place = chance.randint(14, len(label) - 6)
        if label[place].isalpha():
            lines[n] = "\t".join([label[:place] + chance.choice(("", "e", "n")) + label[place + 1:], *rest])


def paragraph(lines: Lines, chance: Random) -> None:
    """Cells in tags of HTML."""
    for n in _some(lines, chance, lambda line: line.count("\t") == 2 and len(line) > 40 and "<" not in line):
        label, value, *rest = lines[n].split("\t")
        lines[n] = "\t".join([label, chance.choice(("<p>{}</p>", "<b>{}</b>", '<span class="x">{}</span>')).format(value), *rest])


def renumber(lines: Lines, chance: Random) -> None:
    """The final dot of a number is lost, or the number is another one."""
    for n in _some(lines, chance, lambda line: line[:1].isdigit() and ". " in line[:8], 4):
        number, rest = lines[n].split(". ", 1)
        lines[n] = chance.choice((f"{number} {rest}", f"{number}.{chance.randint(1, 9)}. {rest}", f"{number}.  {rest}"))


def quote_marks(lines: Lines, chance: Random) -> None:
    """All marks of the form are of another kind."""
    sign = chance.choice(MARKS)
    for n, line in enumerate(lines):
        if _is_marked(line):
            lines[n] = line.replace("\tX", "\t" + sign, 1)


DAMAGES: Final[tuple[Callable[[Lines, Random], None], ...]] = (
    drop_end_tabs, add_end_tabs, drop_value_tab, shift, move_mark, flatten_yes_no, split_row, split_label, entities, spaces, double_line,
    nest_table, blank, typo, paragraph, renumber, quote_marks)


def _broken(text: str) -> str:
    """UTF-8 that was read as Windows-1252, where that can be said at all."""
    return "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in text.encode("utf-8"))


ENCODINGS: Final[tuple[Callable[[str], str | bytes], ...]] = (
    lambda text: text.encode("utf-8"), lambda text: text.encode("utf-8-sig"), lambda text: text.encode("utf-16"),
    lambda text: text.encode("cp1252", "xmlcharrefreplace"), lambda text: text.encode("utf-16-le"), _broken,
    lambda text: unicodedata.normalize("NFD", text), lambda text: text.replace("\n", "\r\n"), lambda text: html.escape(text, quote=False)
    if "<" not in text and "&" not in text else text)
