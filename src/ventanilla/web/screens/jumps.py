"""Lists and saved views as places of Ctrl+K."""
from collections.abc import Iterator

from django.utils.translation import gettext as _

from ventanilla.core.orgs.models import Person
from ventanilla.web.screens.saved import named, views_of
from ventanilla.web.screens.screen import screens
from ventanilla.web.ui.jumps import Jump


def lists(person: Person) -> Iterator[Jump]:
    """The lists that this person may open, and the views that they have of them."""
    open_to = {s.slug: s for s in screens() if s.allowed(person)}
    for view in named(views_of(person, *open_to)):
        of = {"list": open_to[view.screen].title}
        yield Jump(view.name, f"{open_to[view.screen].address}?{view.asked}", "bookmark" if view.mine else "users",
                   _("Vista de %(list)s") % of if view.mine else _("Vista compartida de %(list)s") % of)
    for screen in open_to.values():
        if not screen.own_page:  # those stand in the menu
            yield Jump(str(screen.title), screen.address, "list")
