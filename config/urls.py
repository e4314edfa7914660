"""Every address of the site, app by app."""

from django.conf.urls.i18n import urlpatterns as language_urls
from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from django_prometheus.exports import ExportToDjangoView

from config import probes, views
from transactions.live import pages

urlpatterns: list[URLPattern | URLResolver] = [
    # First, since it is asked for most.
    path("api/", include("config.urls_api")),
    path("", views.start, name="start"),
    path("health/", views.health_table, name="health-table"),
    path("theme/", views.choose_theme, name="theme"),
    path("panel/", pages.panel, name="panel"),
    path("panel/", include("transactions.urls")),
    path("televendas/", include("televendas.urls")),
    path("", include("bank_grpc.urls")),
    path("", include("orders.urls")),
    path("login/", views.SignIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("", include(language_urls)),
    # One door for all: the admin's own login page would say the same in another hand.
    path("admin/login/", RedirectView.as_view(pattern_name="login", query_string=True)),
    path("admin/", admin.site.urls),
    path("healthz", probes.healthz),
    path("readyz", probes.readyz),
    path("metrics", ExportToDjangoView),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.page_not_found"
handler500 = "config.errors.server_error"
