"""XML signatures (W3C XML-DSig, enveloped, ECDSA P-256 with SHA-256) for CAP messages.

The node's own Ed25519 key signs statements; XML readers in the field do not know that curve, so
CAP has a key and a self-signed certificate of its own, kept in the vault. A receiver trusts the
certificate it was handed (`tocsin channels certificate`), never one that came in the message.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
)
from signxml.exceptions import SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from tocsin.errors import CheckFailed, UnreadableFile

CAP_KEY = "cap-key"  # its name in the vault
YEARS = 10


@dataclass(frozen=True)
class XmlKey:
    """A private key and its certificate, both PEM."""

    private: bytes
    certificate: bytes

    @classmethod
    def from_pem(cls, pem: bytes) -> "XmlKey":
        """Key and certificate from one PEM text, as the vault keeps them."""
        cut = pem.index(b"-----BEGIN CERTIFICATE-----")
        return cls(pem[:cut], pem[cut:])

    def to_pem(self) -> bytes:
        """Both in one PEM text."""
        return self.private + self.certificate


def make_key(org: str, now: datetime | None = None) -> XmlKey:
    """A new P-256 key and a certificate in the organisation's name, good for ten years."""
    start = now or datetime.now(UTC)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, org)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start - timedelta(days=1))  # receivers' clocks are not all right
        .not_valid_after(start + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True, content_commitment=True, key_encipherment=False,
                data_encipherment=False, key_agreement=False, key_cert_sign=False,
                crl_sign=False, encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return XmlKey(private, certificate.public_bytes(serialization.Encoding.PEM))


def sign_xml(content: bytes, key: XmlKey) -> bytes:
    """The XML document with an enveloped signature as its last element.

    Blanks between elements are taken out first: some readers drop them before they verify.
    """
    signer = XMLSigner(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=SignatureMethod.ECDSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    bare = etree.fromstring(content, etree.XMLParser(remove_blank_text=True, no_network=True))
    signed = signer.sign(bare, key=key.private, cert=key.certificate.decode())
    return bytes(etree.tostring(signed, xml_declaration=True, encoding="UTF-8"))


def require_signed(content: bytes, trusted: Iterable[bytes], where: str = "message") -> bytes:
    """What was really signed, if it was, with one of the trusted certificates (PEM).

    Read the bytes that come back, not those that went in: only they are covered by the signature.

    Raises
    ------
    CheckFailed, if nothing is signed, what is signed was changed, or the signer is not trusted.
    UnreadableFile, if it is not XML.
    """
    try:
        root = etree.fromstring(
            content,
            etree.XMLParser(
                resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
            ),
        )
    except etree.XMLSyntaxError as error:
        raise UnreadableFile(
            "this is not XML: {problem}",
            where=where,
            remedy="Ask its sender to send it again.",
            problem=error.msg,
        ) from None
    expected = SignatureConfiguration(
        require_x509=True,
        expect_references=1,
        location="./",
        signature_methods=frozenset({SignatureMethod.ECDSA_SHA256, SignatureMethod.RSA_SHA256}),
        digest_algorithms=frozenset({DigestAlgorithm.SHA256}),
    )
    for certificate in trusted:
        try:
            found = XMLVerifier().verify(
                root, x509_cert=certificate.decode(), expect_config=expected
            )
        except (SignXMLException, ValueError):
            continue
        first = found[0] if isinstance(found, list) else found
        if first.signed_data:
            return bytes(first.signed_data)
    raise CheckFailed(
        "the message carries no signature of anybody who is trusted",
        where=where,
        remedy="Ask its sender for the certificate, by another way than the message came.",
    )
