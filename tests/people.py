"""The roles of the route x role crawl: who tries every page."""
ROLES = ("anonymous", "nobody", "staff", "clerk", "north_1_head", "north_head", "head", "admin")
