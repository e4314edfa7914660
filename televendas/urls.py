"""The agents' addresses, under `/televendas/`."""

from django.urls import URLPattern, URLResolver, path, register_converter
from django.urls.converters import StringConverter

from televendas.pages import customers, justin, optouts, person, work


class PersonConverter(StringConverter):
    """A person's keyed hash: 32 hex digits."""

    regex = "[0-9a-f]{32}"


register_converter(PersonConverter, "person")

app_name = "televendas"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", customers.customers, name="customers"),
    path("customers.csv", customers.sheet, name="sheet"),
    path("customers/<person:person>/", person.person, name="person"),
    path("customers/<person:person>/take/", work.take, name="take"),
    path("customers/<person:person>/outcome/", work.outcome, name="outcome"),
    path("changes/", justin.changes, name="changes"),
    path("call/", work.call, name="call"),
    path("call/next/", work.take_next, name="next"),
    path("call/put-back/", work.put_back, name="put-back"),
    path("opt-outs/", optouts.opt_outs, name="opt-outs"),
    path("opt-outs/add/", optouts.add, name="opt-out-add"),
    path("opt-outs/import/", optouts.bring, name="opt-out-import"),
]
