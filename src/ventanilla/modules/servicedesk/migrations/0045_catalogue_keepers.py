"""The standard role of service manager keeps the catalogue of its teams (`desk.catalogue`)."""
from typing import Any

from django.db import migrations

KEEPS = "desk.catalogue"


def lend(apps: Any, _schema: Any) -> None:
    """To the role of every institution that has it; roles that an institution made stay as they are."""
    for role in apps.get_model("orgs", "Role").objects.filter(slug="desk_manager"):
        if KEEPS not in role.capabilities:
            role.capabilities = [*role.capabilities, KEEPS]
            role.save(update_fields=["capabilities"])


def take_back(apps: Any, _schema: Any) -> None:
    """As before."""
    for role in apps.get_model("orgs", "Role").objects.filter(slug="desk_manager"):
        role.capabilities = [c for c in role.capabilities if c != KEEPS]
        role.save(update_fields=["capabilities"])


class Migration(migrations.Migration):
    dependencies = [
        ('servicedesk', '0044_rounds_and_narrowed_tiles'),
        ('orgs', '0003_name_search'),
    ]

    operations = [migrations.RunPython(lend, take_back)]
