"""The house rules that a machine can check: budgets, layers, docstrings, lists in the docs, nothing of one machine."""
import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median, quantiles

import pytest
from importlinter import cli

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "ventanilla"
PLUMBING = {"tests", "migrations", "management", "commands", "jinja2", "locale", "static"}
LAYERS = {"config", "modules", "web", "core", "lib"}
CORE = {"audit", "orgs", "workdays", "documents", "notices", "cases", "questionnaires", "indicators", "exports", "privacy"}
WEB = {"screens", "inbox", "admin_area", "ui", "api", "events", "questionnaires", "privacy"}
MODULES = {"correspondence", "petitions", "servicedesk", "opendata", "benchmark", "practices"}
SEVEN = 7
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def trees() -> dict[Path, ast.Module]:
    """Every module of the product, parsed; without migrations."""
    return {p: ast.parse(p.read_text(encoding="utf-8")) for p in sorted(SOURCE.rglob("*.py")) if "migrations" not in p.parts}


def product() -> Iterator[tuple[Path, ast.Module]]:
    """The same without tests."""
    return ((p, t) for p, t in trees().items() if "tests" not in p.parts)


@cache
def tracked() -> tuple[Path, ...]:
    """Files of the repository, also those not committed yet; without what git ignores."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True)
    return tuple(p for name in listed.stdout.decode().split("\0") if name and (p := ROOT / name).is_file())


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(tree: ast.Module) -> Iterator[Function]:
    return (n for n in ast.walk(tree) if isinstance(n, Function))


def lines_of(node: Function) -> int:
    assert node.end_lineno
    return node.end_lineno - node.lineno + 1


# --- budgets -------------------------------------------------------------------------------------------------


def test_functions_are_short() -> None:
    sizes = {f"{short(p)}:{f.name}": lines_of(f) for p, tree in product() for f in functions(tree)}
    assert median(sizes.values()) <= 8
    assert quantiles(sizes.values(), n=20)[-1] <= 30
    assert {name: n for name, n in sizes.items() if n > 60} == {}


def test_files_are_short() -> None:
    sizes = {short(p): len(p.read_text(encoding="utf-8").splitlines()) for p in trees()}
    assert {name: n for name, n in sizes.items() if n > 500} == {}


def test_the_style_checker_keeps_complexity_at_eight() -> None:
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert re.search(r"^max-complexity = 8$", settings, re.M) and '"C90"' in settings


def subpackages(folder: Path) -> set[str]:
    return {p.parent.name for p in folder.glob("*/__init__.py")} - PLUMBING


def test_the_tree_is_the_one_of_the_architecture() -> None:
    assert subpackages(SOURCE) == LAYERS
    assert subpackages(SOURCE / "core") <= CORE
    assert subpackages(SOURCE / "web") <= WEB
    assert subpackages(SOURCE / "modules") <= MODULES


def test_seven_words_at_each_level_below() -> None:
    named = [SOURCE, SOURCE / "core", SOURCE / "web", SOURCE / "modules"]
    folders = [p.parent for p in SOURCE.rglob("__init__.py") if p.parent not in named]
    assert {short(f): sorted(subpackages(f)) for f in folders if len(subpackages(f)) > SEVEN} == {}


# --- docstrings ----------------------------------------------------------------------------------------------


def test_every_module_says_what_it_is() -> None:
    empty = {short(p) for p, tree in trees().items() if p.name == "__init__.py" and "tests" in p.parts and not tree.body}
    assert {short(p) for p, tree in trees().items() if not ast.get_docstring(tree)} - empty == set()


def test_every_folder_says_what_it_is_for_what_it_imports_and_where_to_start() -> None:
    sizes = {short(p): len((ast.get_docstring(tree) or "").splitlines())
             for p, tree in trees().items() if p.name == "__init__.py" and not PLUMBING & set(p.parts)}
    assert {name: n for name, n in sizes.items() if not 3 <= n <= 8} == {}


def undocumented(tree: ast.Module) -> Iterator[str]:
    """Public functions and classes of a module, and public methods of its public classes, that say nothing."""
    for node in tree.body:
        if not isinstance(node, Function | ast.ClassDef) or node.name.startswith("_"):
            continue
        if not ast.get_docstring(node):
            yield node.name
        if isinstance(node, ast.ClassDef) and not any("Protocol" in ast.unparse(b) for b in node.bases):
            yield from (f"{node.name}.{m.name}" for m in node.body if isinstance(m, Function)
                        and not m.name.startswith("_") and not ast.get_docstring(m))


def test_everything_public_has_a_docstring() -> None:
    assert {f"{short(p)}: {name}" for p, tree in product() for name in undocumented(tree)} == set()


# --- layers --------------------------------------------------------------------------------------------------


def test_imports_go_one_way(capsys: pytest.CaptureFixture[str]) -> None:
    failed = cli.lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True)
    assert not failed, capsys.readouterr().out


def test_what_happens_next_is_a_row_not_a_signal() -> None:
    wrong = {short(p) for p, tree in product() for node in ast.walk(tree)
             if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.")
             and ("dispatch" in (node.module or "").split(".") or any(a.name == "receiver" for a in node.names))}
    connecting = {short(p) for p, _tree in product() if re.search(r"_(?:save|delete|changed|migrate|in|out|failed)\.connect\(",
                                                             p.read_text(encoding="utf-8"))}
    assert wrong == set()
    assert {p for p in connecting if not p.startswith("src/ventanilla/web/")} == set(), "only sign-in events, in web/"


def test_no_generic_foreign_keys_and_no_groups() -> None:
    text = {short(p): p.read_text(encoding="utf-8") for p, _tree in product()}
    assert {p for p, t in text.items() if "GenericForeignKey" in t or "auth.models import Group" in t} == set()


def test_verbs_name_who_acts() -> None:
    """`verb(*, actor, …)`: whoever acts is named, and at most six things are; a draft object carries the rest."""
    wrong = [f"{short(p)}:{f.name}" for p, tree in product() if "services" in p.parts or p.name == "services.py"
             for f in tree.body if isinstance(f, ast.FunctionDef) and not f.name.startswith("_")
             and f.name not in ("require", "administer")  # guards, not verbs
             if "actor" in [a.arg for a in f.args.args]
             or ("actor" in (named := [a.arg for a in f.args.kwonlyargs]) and len(named) > 6)]
    assert wrong == []


# --- lists in the docs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(p.parent.name for layer in ("core", "web", "modules")
                                        for p in (SOURCE / layer).glob("*/__init__.py")))
def test_every_part_has_its_page(name: str) -> None:
    page = ROOT / "docs" / "modules" / f"{name}.md"
    assert page.is_file(), f"write docs/modules/{name}.md"
    assert page.read_text(encoding="utf-8").startswith("# ")


def test_pages_are_of_parts_that_exist() -> None:
    parts = {p.parent.name for p in SOURCE.rglob("__init__.py")}
    assert {p.stem for p in (ROOT / "docs/modules").glob("*.md")} - parts - {"README"} == set()


def links(page: Path) -> Iterator[Path]:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:|/", target):
            yield page.parent / target


def test_links_of_the_docs_lead_somewhere() -> None:
    pages = [p for p in tracked() if p.suffix == ".md"]
    assert {f"{short(p)} -> {t}" for p in pages for t in links(p) if not t.exists()} == set()


# --- nothing of one machine ----------------------------------------------------------------------------------

MACHINE = re.compile(r"(?<![\w.\-<])/(?:" + "|".join(("work/(?:main|shared)", "tmp/brief", "home/[a-z]")) + ")")
HOSTS = re.compile("|".join(re.escape(".".join(parts)) for parts in (
    ("registry", "npmjs", "org"), ("files", "pythonhosted", "org"), ("pypi", "org"), ("proxy", "golang", "org"))))


def texts() -> Iterator[tuple[Path, str]]:
    for path in tracked():
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def test_no_machine_paths_and_no_package_hosts_in_the_repository() -> None:
    found = {f"{short(p)}: {m.group(0)}" for p, text in texts() if p != Path(__file__)
             for pattern in (MACHINE, HOSTS) for m in [pattern.search(text)] if m}
    assert found == set()


def test_requirements_are_pinned_with_digests_and_without_addresses() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        text = lock.read_text(encoding="utf-8")
        entries = re.split(r"\n(?=[a-zA-Z0-9])", re.sub(r"^\s*#.*\n", "", text, flags=re.M).strip())
        assert entries and "://" not in text and "--index-url" not in text, lock.name
        assert [e.splitlines()[0] for e in entries if not re.match(r"[\w.\-\[\],]+==\S+.*\\\n\s+--hash=sha256:", e)] == [], lock.name


def test_every_wanted_library_is_locked() -> None:
    for wanted in sorted((ROOT / "requirements").glob("*.in")):
        names = [re.split(r"[\s\[=<>;~!]", line)[0] for line in wanted.read_text(encoding="utf-8").splitlines()
                 if line.strip() and line[0] not in "#-"]
        locked = {re.sub(r"[-_.]+", "-", n).lower() for n in re.findall(
            r"^([\w.\-]+)(?:\[[^\]]*\])?==", wanted.with_suffix(".txt").read_text(encoding="utf-8"), re.M)}
        assert [n for n in names if re.sub(r"[-_.]+", "-", n).lower() not in locked] == [], wanted.name


BINARY = {".pdf", ".png", ".jpg", ".jpeg", ".ttf", ".otf", ".woff", ".woff2", ".whl", ".zip", ".gz", ".so", ".exe", ".docx", ".xlsx"}


def test_no_binaries_or_fonts_in_the_repository() -> None:
    assert {short(p) for p in tracked() if p.suffix.lower() in BINARY} == set()
    assert {short(p): p.stat().st_size for p in tracked() if p.stat().st_size > 1_500_000} == {}
