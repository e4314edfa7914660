"""The server's certificates: whole or not at all, read again when their files change."""

from pathlib import Path
from typing import Final

import grpc
from django.conf import settings

_NAMES: Final = ("BANK_TLS_CERTIFICATE", "BANK_TLS_KEY", "BANK_TLS_CLIENT_CA")


class TlsError(OSError):
    """The settings ask for what cannot be had; there is no falling back to plain text."""


class _Files:
    """The certificate, its key and the clients' authority, as they stand on the disk."""

    def __init__(self) -> None:
        self._certificate = Path(settings.BANK_TLS_CERTIFICATE)
        self._key = Path(settings.BANK_TLS_KEY)
        self._client_ca = settings.BANK_TLS_CLIENT_CA and Path(settings.BANK_TLS_CLIENT_CA)
        self._told: tuple[bytes, ...] = ()

    def read(self) -> grpc.ServerCertificateConfiguration:
        """Return what the files hold; raises OSError."""
        self._told = self._bytes()
        certificate, key, *client_ca = self._told
        return grpc.ssl_server_certificate_configuration(
            [(key, certificate)], root_certificates=client_ca[0] if client_ca else None
        )

    def fresh(self) -> grpc.ServerCertificateConfiguration | None:
        """Return what is new since the last look, None where nothing is or it cannot be read."""
        try:
            is_new = self._bytes() != self._told
            return self.read() if is_new else None
        except OSError:
            # Half of a rotation: the old pair goes on until the new one is whole.
            return None

    def _bytes(self) -> tuple[bytes, ...]:
        files = [self._certificate, self._key, *([self._client_ca] if self._client_ca else [])]
        return tuple(file.read_bytes() for file in files)


def credentials() -> grpc.ServerCredentials | None:
    """Return the settings' credentials, None for plain text where that is allowed.

    With BANK_TLS_CLIENT_CA callers must show a certificate. Raises TlsError.
    """
    if not (settings.BANK_TLS_CERTIFICATE or settings.BANK_TLS_KEY or settings.BANK_TLS_CLIENT_CA):
        if not settings.BANK_PLAINTEXT_ALLOWED:
            raise TlsError("BANK_TLS_CERTIFICATE and BANK_TLS_KEY are not set")
        return None
    if not (settings.BANK_TLS_CERTIFICATE and settings.BANK_TLS_KEY):
        raise TlsError(f"{' and '.join(_NAMES[:2])} belong together")
    files = _Files()
    try:
        first = files.read()
    except OSError as error:
        raise TlsError(f"{error.filename}: {error.strerror}") from error
    return grpc.dynamic_ssl_server_credentials(
        first,
        files.fresh,  # type: ignore[arg-type]  # None says that nothing is new; the stubs know not
        require_client_authentication=bool(settings.BANK_TLS_CLIENT_CA),
    )
