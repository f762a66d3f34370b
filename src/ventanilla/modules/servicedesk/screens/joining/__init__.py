"""Pages by which tickets are merged, split, hung from one another, and their imported past is read.

May import the module's services and `web`. Start reading at `pages.py`.
"""
