"""Gives every page the strict content policy, and the admin the one that its theme needs."""

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse


class SitePolicyMiddleware(CSPMiddleware):
    """The policy of `CONTENT_SECURITY_POLICY`; below the admin's address, the admin's."""

    def get_policy_parts(
        self,
        request: HttpRequest,
        response: HttpResponseBase,
        report_only: bool = False,  # noqa: FBT001, FBT002  the library's signature
    ) -> PolicyParts:
        """Return what the header is made of for this answer."""
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith(reverse("admin:index")):
            parts.replace = settings.ADMIN_CONTENT_SECURITY_POLICY
        return parts
