"""Every address under `/api/`: the apps' own, the schema, and the pages that explain it."""

from django.urls import URLPattern, URLResolver, include, path

from config import api_pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include("transactions.urls_api")),
    path("v1/", include("bank_grpc.urls_api")),
    path("v1/", include("orders.urls_api")),
    path("schema/", api_pages.Schema.as_view(), name="schema"),
    path("docs/", api_pages.Browser.as_view(url_name="schema"), name="api-docs"),
    path("problems/", api_pages.problems, name="problems"),
]
