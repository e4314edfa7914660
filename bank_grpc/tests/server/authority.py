"""A certificate authority of the tests' own, so that TLS is tried with real certificates."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    """Signs pairs for localhost, and keeps its own certificate in `folder`, as ca.pem."""

    def __init__(self, folder: Path) -> None:
        """Make the authority's key, and write its certificate."""
        self.folder = folder
        self.file = folder / "ca.pem"
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
        made = self._certificate("Test authority", self._key, is_authority=True)
        self.file.write_bytes(_pem(made))

    def issue(self, name: str) -> tuple[str, str]:
        """Return the paths of a certificate for `name` and localhost, and of its key."""
        certificate, key, _ = self.pair(name)
        files = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        files[0].write_bytes(certificate)
        files[1].write_bytes(key)
        return str(files[0]), str(files[1])

    def pair(self, name: str) -> tuple[bytes, bytes, int]:
        """Return a new certificate for `name` and localhost, its key, both PEM, and its serial."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._certificate(name, key, is_authority=False)
        secret = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return _pem(made), secret, made.serial_number

    def _certificate(
        self, name: str, key: ec.EllipticCurvePrivateKey, *, is_authority: bool
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .sign(self._key, hashes.SHA256())
        )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
