"""What opening a ticket reads of the catalogue, teams, promises and rules says when it changes (`core/settled.py`).

Who got the last ticket of a rule is written with each ticket and read apart: it unsettles nothing.
"""
from django.db import migrations

from ventanilla.core.settled import undone, unsettled_by

CHANGED = ("servicedesk_offering", "servicedesk_offeringversion", "servicedesk_service", "servicedesk_servicefamily", "servicedesk_team",
           "servicedesk_servicelevel", "servicedesk_objective", "servicedesk_liaison", "questionnaires_instrumentversion")
RULES = ("servicedesk_assignmentrule",)
RULE_COLUMNS = 'INSERT OR DELETE OR TRUNCATE OR UPDATE OF institution_id, active, "order", team_id, person_id, changed_at'


class Migration(migrations.Migration):
    dependencies = [("servicedesk", "0053_held_until"), ("cases", "0017_settled"), ("questionnaires", "0003_cancelled_answers")]
    operations = [migrations.RunSQL(unsettled_by(CHANGED) + unsettled_by(RULES, RULE_COLUMNS), undone((*CHANGED, *RULES)))]
