"""Addresses of the desk's mail log; the list itself is `/listas/correo-de-la-mesa/`."""
from django.contrib.auth.decorators import login_required as private
from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

from ventanilla.modules.servicedesk.screens import mail

urlpatterns: list[URLPattern | URLResolver] = [
    path("mesa/correo/", RedirectView.as_view(url="/listas/correo-de-la-mesa/"), name="mail_log"),
    path("mesa/correo/<int:pk>/", private(mail.message), name="mail_message"),
    path("mesa/correo/<int:pk>/original.eml", private(mail.raw), name="mail_raw"),
    path("mesa/correo/<int:pk>/registrar/", private(mail.again), name="mail_again"),
    path("mesa/correo/<int:pk>/descartar/", private(mail.discard), name="mail_discard"),
]
