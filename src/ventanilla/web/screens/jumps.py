"""Lists and saved views as places of Ctrl+K."""
from collections.abc import Iterator

from django.utils.translation import gettext as _

from ventanilla.core.orgs.models import Person
from ventanilla.web.screens.choosing import USUAL
from ventanilla.web.screens.models import SavedView
from ventanilla.web.screens.screen import screens
from ventanilla.web.ui.jumps import Jump


def lists(person: Person) -> Iterator[Jump]:
    """The lists that this person may open, and the views that they keep of them."""
    open_to = {s.slug: s for s in screens() if s.allowed(person)}
    for view in SavedView.objects.filter(person=person, screen__in=open_to).exclude(name=USUAL):
        yield Jump(view.name, f"{open_to[view.screen].address}?{view.query}", "bookmark",
                   _("Vista de %(list)s") % {"list": open_to[view.screen].title})
    for screen in open_to.values():
        if not screen.own_page:  # those stand in the menu
            yield Jump(str(screen.title), screen.address, "list")
