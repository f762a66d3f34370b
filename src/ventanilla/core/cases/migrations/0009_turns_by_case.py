"""Without the index of turns by person: nobody searches by it, and `cases_tokens` was planned over it (every turn that was
addressed by name, for each case) instead of over the few turns of the case."""
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_one_call")]
    operations = [migrations.RemoveIndex(model_name="turn", name="cases_turn_person")]
