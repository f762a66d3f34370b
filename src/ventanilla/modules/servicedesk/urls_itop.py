"""The address at which scripts written against iTop find this service desk."""
from django.urls import URLPattern, URLResolver, path

from ventanilla.modules.servicedesk.itop.view import rest

urlpatterns: list[URLPattern | URLResolver] = [
    path("itop/webservices/rest.php", rest, name="itop_rest"),
]
