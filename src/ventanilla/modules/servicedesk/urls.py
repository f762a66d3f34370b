"""Addresses of the service desk."""
from django.contrib.auth.decorators import login_required as private
from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

from ventanilla.modules.servicedesk import urls_cmdb, urls_items, urls_itop, urls_joining, urls_knowledge, urls_mail, urls_reports
from ventanilla.modules.servicedesk.screens import actions, desk, offerings, papers, portal, record

urlpatterns: list[URLPattern | URLResolver] = [
    path("mesa/", private(portal.home), name="portal"),
    path("mesa/pedir/<slug:slug>/", private(portal.ask), name="ask"),
    path("mesa/tickets/", RedirectView.as_view(url="/listas/tickets/"), name="tickets"),
    path("mesa/registrar/", private(desk.register_page), name="ticket_register"),
    path("mesa/enlaces/", private(desk.liaison_list), name="liaisons"),
    path("mesa/enlaces/<int:pk>/", private(desk.liaison_file), name="liaison"),
    path("mesa/enlaces/<int:pk>/<slug:step>/", private(desk.liaison_step), name="liaison_step"),
    path("mesa/catalogo.pdf", private(papers.catalogue), name="catalogue_pdf"),
    path("mesa/catalogo/", private(offerings.offerings), name="offerings"),
    path("mesa/catalogo/<int:pk>/version-<int:number>.pdf", private(papers.sheet), name="offering_pdf"),
    path("mesa/catalogo/nuevo/", private(offerings.edit), name="offering_new"),
    path("mesa/catalogo/<int:pk>/", private(offerings.edit), name="offering"),
    path("mesa/catalogo/<int:pk>/publicar/", private(offerings.publish), name="offering_publish"),
    path("mesa/catalogo/<int:pk>/formulario/", private(offerings.renew), name="offering_renew"),
    path("mesa/tickets/<int:pk>/", private(record.record), name="ticket"),
    path("mesa/tickets/<int:pk>/reloj/", private(record.clock_page), name="ticket_clock"),
    path("mesa/tickets/<int:pk>/mensaje/", private(actions.entry), name="ticket_entry"),
    path("mesa/tickets/<int:pk>/seguir/", private(actions.follow), name="ticket_follow"),
    path("mesa/tickets/<int:pk>/pasos/<int:item>/", private(actions.tick), name="ticket_tick"),
    *urls_items.urlpatterns,
    *urls_joining.urlpatterns,
    path("mesa/tickets/<int:pk>/<slug:name>/", private(actions.action), name="ticket_action"),
    *urls_cmdb.urlpatterns,
    *urls_itop.urlpatterns,
    *urls_knowledge.urlpatterns,
    *urls_mail.urlpatterns,
    *urls_reports.urlpatterns,
]
