"""The REST API: how requests are read, judged and answered, and the keys that it needs."""

from typing import Any

import environ
from django.utils.translation import gettext_lazy as _

env = environ.Env()

# The largest body of a request under /api/, in bytes.
API_LARGEST_BODY = 64 * 1024
IDEMPOTENCY_DEVELOPMENT_SECRET = "development-only-idempotency-secret-" + "0" * 32
# The key under which idempotency keys and their requests' fields are kept as HMACs. A new one
# makes the keys of the last day unknown: change it while nobody repeats requests.
IDEMPOTENCY_SECRET: str = env.str("IDEMPOTENCY_SECRET", default=IDEMPOTENCY_DEVELOPMENT_SECRET)
# For how long an idempotency key keeps its answer; never below 24.
IDEMPOTENCY_HOURS: int = max(24, env.int("IDEMPOTENCY_HOURS", default=48))
# For how long an export can be given again, with its receipt.
EXPORTS_KEPT_DAYS: int = env.int("EXPORTS_KEPT_DAYS", default=365)

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.AccountAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["accounts.throttling.AccountRateThrottle"],
    "DEFAULT_PARSER_CLASSES": ["config.rest.StrictJsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["config.rest.JsonRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "config.rest.OneRepresentation",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "config.errors.answer_error",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
    "FORMAT_SUFFIX_KWARG": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "TEST_REQUEST_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Trilho",
    "DESCRIPTION": _(
        "The REST API: transactions, webhooks, checkout, cards, invoices, products, orders."
    ),
    "VERSION": "1.0.0",
    # What the browsable page loads comes with a Python package, nothing from elsewhere.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"persistAuthorization": False, "displayRequestDuration": True},
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SCHEMA_PATH_PREFIX_TRIM": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "ENUM_NAME_OVERRIDES": {"InvoiceStatusEnum": ["open", "closed", "paid"]},
}
