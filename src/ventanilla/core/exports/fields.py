"""What a template of Word may do: fields, conditions and loops, in a sandbox and within a budget of turns, text and time.

Each turn of a loop costs what stands in it, and whatever is shown, filtered or joined costs its length: all that a template can make grow
is paid for before it grows further.
"""
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import Any, Final, NoReturn

from django.utils.translation import gettext as _
from jinja2 import StrictUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

MAX_TURNS, MAX_MADE, MAX_SECONDS = 100_000, 10 * 2**20, 20.0
"""Turns of all loops, characters made, and how long loops may last."""
FILTERS: Final = ("capitalize", "default", "e", "escape", "first", "join", "last", "length", "lower", "title", "trim", "upper")
_EACH, _PAID = "_each", "_paid"


class TemplateRefused(Exception):
    """The template, or what it made, is outside the limits or wrong; the message is Spanish and says
    where."""


class _Priced(NodeTransformer):
    """The same template with a price on its loops, filters and joined texts. Lists are those it is given, or of plain values."""

    def visit_For(self, node: nodes.For) -> nodes.Node:
        price = sum(len(one.data) for part in node.body for one in [part, *part.find_all(nodes.TemplateData)]
                    if isinstance(one, nodes.TemplateData))
        self.generic_visit(node)
        node.iter = nodes.Filter(node.iter, _EACH, [nodes.Const(price)], [], None, None, lineno=node.lineno)
        return node

    def visit_Filter(self, node: nodes.Filter) -> nodes.Node:
        self.generic_visit(node)
        return _paid(node) if node.node else node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        return _paid(node)

    def visit_List(self, node: nodes.List) -> nodes.Node:
        return _plain(node, node.items)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:
        return _plain(node, node.items if node.ctx == "load" else [])

    def visit_Dict(self, node: nodes.Dict) -> NoReturn:
        only_fields()


def _paid(node: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(node, _PAID, [], [], None, None, lineno=node.lineno)


def _plain(node: nodes.Expr, items: Iterable[nodes.Expr]) -> nodes.Expr:
    """Lists of lists would grow without a turn."""
    return node if all(isinstance(item, nodes.Const) for item in items) else only_fields()


class _PricedCode(CodeGenerator):
    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        _Priced().visit(node)
        super().visit_Template(node, frame)


class Fields(ImmutableSandboxedEnvironment):
    """Fields, conditions and loops over fields, for one filling. Nothing is computed or called: `{{ 9**9**9 }}` would hold the process."""

    intercepted_binops = frozenset(ImmutableSandboxedEnvironment.default_binop_table)
    code_generator_class = _PricedCode

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True, finalize=self._shown)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS} | {_EACH: self._each, _PAID: self._paid}
        self.turns, self.made, self.until = 0, 0, monotonic() + MAX_SECONDS

    def call_binop(self, *_operation: Any) -> NoReturn:
        """No sums."""
        only_fields()

    def call(self, *_function: Any, **_named: Any) -> NoReturn:
        """No functions."""
        only_fields()

    def _each(self, items: Iterable[Any], price: int) -> Iterator[Any]:
        for item in items:
            self.turns += 1
            self._charge(price)
            yield item

    def _paid(self, value: Any) -> Any:
        self._charge(len(value) if isinstance(value, str) else 0)
        return value

    def _shown(self, value: Any) -> Any:
        if isinstance(value, list | tuple | dict):
            only_fields()
        self._charge(len(str(value)))
        return value

    def _charge(self, price: int) -> None:
        self.made += price
        if self.turns > MAX_TURNS or self.made > MAX_MADE or monotonic() > self.until:
            raise TemplateRefused(_("La plantilla repite tanto que el documento sería enorme. Revise sus ciclos «for»: cada uno debe "
                                    "recorrer una lista, como «paragraphs», y no las letras de un texto."))


def only_fields() -> NoReturn:
    """Raises TemplateRefused."""
    raise TemplateRefused(_("La plantilla sólo puede llevar campos: quítele las cuentas y las funciones."))
