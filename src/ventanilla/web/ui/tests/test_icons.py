"""Whatever an app registers with an icon finds it in the sprite: a missing one is an empty square in the menu."""
import re
from pathlib import Path

from ventanilla.core.cases.kinds import kinds, searchables
from ventanilla.core.notices.kinds import KINDS
from ventanilla.web.admin_area.registry import catalogues, more_places
from ventanilla.web.admin_area.views.home import places
from ventanilla.web.ui import navigation

SPRITE = Path(navigation.__file__).parent / "static" / "built" / "icons.svg"


def test_every_registered_icon_is_in_the_sprite() -> None:
    there = set(re.findall(r'<symbol id="([a-z0-9-]+)"', SPRITE.read_text(encoding="utf-8")))
    named = {i.icon for i in (*navigation._items.values(), *navigation._actions.values())}
    named |= {k.icon for k in (*kinds(), *searchables().values(), *KINDS.values(), *catalogues(), *more_places())}
    named |= {icon for _capability, _url, icon, _title, _text in places()}
    assert named <= there, f"add to assets/icons.txt: {sorted(named - there)}"
