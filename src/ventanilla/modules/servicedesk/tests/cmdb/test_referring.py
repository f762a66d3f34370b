"""A form asks for a system by its name: who may choose which item, and that the ticket is then about it."""
import pytest
from django.utils import timezone

from ventanilla.core.questionnaires.services import InstrumentDraft, create_instrument, publish, shown_values
from ventanilla.core.questionnaires.words import Invalid
from ventanilla.modules.servicedesk.models import CIType, ConfigurationItem, OfferingVersion
from ventanilla.modules.servicedesk.services.cmdb import install_standard
from ventanilla.modules.servicedesk.services.cmdb.referring import find, get, visible
from ventanilla.modules.servicedesk.services.naming import items_of
from ventanilla.modules.servicedesk.tests.desk import desk

pytestmark = pytest.mark.django_db
FORM = {"sections": [{"key": "s", "title": "El sistema", "fields": [
    {"key": "sistema", "type": "reference", "reference": "ci", "label": "Nombre del Sistema", "required": True}]}]}


def test_a_ticket_names_the_system_it_is_about() -> None:
    d = desk()
    institution = d.world.institution
    install_standard(actor=None, institution=institution)
    kinds = {t.slug: t for t in CIType.objects.filter(institution=institution)}
    now = timezone.now()
    system, server, gone = (
        ConfigurationItem.objects.create(institution=institution, type=kinds[kind], name=name, state=state, created_at=now, changed_at=now)
        for kind, name, state in (("sistema", "Sistema de Escrituración", "in_use"), ("servidor", "Servidor de Escrituración", "in_use"),
                                  ("sistema", "Sistema viejo de Escrituración", "retired")))
    assert [s.label for s in find(d.asker, "escrituraci")] == ["Sistema de Escrituración"]
    assert visible(d.asker, institution.pk, [system.pk, server.pk, gone.pk]) == [system.pk]
    assert set(visible(None, institution.pk, [system.pk, server.pk])) == {system.pk, server.pk}
    assert get([gone.pk]) == {gone.pk: "Sistema viejo de Escrituración"}
    made = create_instrument(actor=None, institution=institution, draft=InstrumentDraft("Sistema", "request_form", definition=FORM))
    form = publish(actor=None, version=made.versions.get())
    version = OfferingVersion.objects.create(institution=institution, offering=d.version.offering, number=2, state="draft", team=d.first,
                                             form=form)
    OfferingVersion.objects.filter(pk=d.version.pk).update(state="retired")
    OfferingVersion.objects.filter(pk=version.pk).update(state="published", published_at=d.version.published_at)
    version.refresh_from_db()
    case = d.ticket(version=version, values={"sistema": str(system.pk)})
    assert items_of([case.pk]) == {case.pk: (system.pk,)}
    assert [v.text for v in shown_values(case)] == ["Sistema de Escrituración"]
    with pytest.raises(Invalid):
        d.ticket(version=version, values={"sistema": str(server.pk)})
