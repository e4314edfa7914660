"""The pages that explain the API: its schema, a page to try it, and the table of error codes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.negotiation import DefaultContentNegotiation

from config.problems import CODES


class Schema(SpectacularAPIView):
    """OpenAPI in YAML, or in JSON for whoever accepts that."""

    content_negotiation_class = DefaultContentNegotiation


class Browser(SpectacularSwaggerSplitView):
    """Swagger's page, from a package of ours; it loads nothing from elsewhere."""

    content_negotiation_class = DefaultContentNegotiation


def problems(request: HttpRequest) -> HttpResponse:
    """Show every error code, its status and what to do about it."""
    return render(request, "api/problems.html", {"codes": CODES})
