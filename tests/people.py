"""The roles of the route x role crawl: who tries every page. `stranger` has every right in another institution.

`keeper` keeps the service catalogue of a team, and has no other right. `officer` attends requests about personal data in a department.
"""
ROLES = ("anonymous", "nobody", "keeper", "officer", "staff", "clerk", "north_1_head", "north_head", "head", "admin", "stranger")
EVERYBODY = frozenset(ROLES)
PEOPLE = EVERYBODY - {"anonymous"}
INVOLVED = frozenset({"staff", "clerk", "north_1_head", "north_head", "head"})  # may read the crawl's ordinary letter
CLEARED = frozenset({"north_head", "head"})  # may read its confidential one
REGISTRARS = frozenset({"clerk", "north_1_head", "north_head", "head", "stranger"})
WRITERS = REGISTRARS
MEASURERS = frozenset({"north_1_head", "north_head", "head", "stranger"})
EXPORTERS = frozenset({"officer", "clerk", "north_1_head", "north_head", "head", "stranger"})
ADMINS = frozenset({"admin", "stranger"})  # may administer, each their own institution
KEEPER = frozenset({"keeper"})
OFFICER = frozenset({"officer"})
ADMIN = frozenset({"admin"})  # may administer the institution of the crawl
HERE = PEOPLE - {"stranger"}  # whoever signed in, of the institution of the crawl
ROOT_ARCHIVISTS = frozenset({"clerk", "head"})
IMPORTERS = REGISTRARS | ADMINS
NOBODY = frozenset[str]()
