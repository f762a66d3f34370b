"""What falls when something fails: a graph of dependents and suppliers with redundancy, and its fixpoint.

Pure numpy, no Django; whole graphs are arrays, a node is a number from 0. `graph.py` builds them, `falling.py` says who
goes down or loses redundancy when some fail, and why; `supply.py` says what a node needs and which single failure
suffices. Start reading at `falling.impact`.
"""
from ventanilla.lib.impact.falling import DEGRADED, DOWN, UP, Impact, impact, view
from ventanilla.lib.impact.graph import ALONE, Graph, GraphError, build, needed
from ventanilla.lib.impact.supply import Supply, single_points, supply

__all__ = ["ALONE", "DEGRADED", "DOWN", "UP", "Graph", "GraphError", "Impact", "Supply", "build", "impact", "needed",
           "single_points", "supply", "view"]
