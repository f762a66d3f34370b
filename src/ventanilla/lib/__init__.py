"""Pure Python without Django: flows, working time, folios, Spanish text.

May import the standard library and numpy. Start reading at `flow.py`.
"""
