"""The token that a caller shows: `rtn_<key id>_<secret>`.

The secret has 256 random bits, so a plain SHA-256 of it is as good as a slow hash: there is nothing
to guess. The id is no secret; it finds the key, and may stand in logs.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable

SECRET_BYTES = 32
ID_BYTES = 6
TOKEN = re.compile(
    rf"rtn_(?P<key_id>[0-9a-f]{{{2 * ID_BYTES}}})_(?P<secret>[0-9a-f]{{{2 * SECRET_BYTES}}})",
    re.ASCII,
)
# Compared where there is no key, so that the time taken does not tell; nothing hashes to it.
NOBODY = bytes(SECRET_BYTES)


def new_key_id() -> str:
    """A key's id."""
    return secrets.token_hex(ID_BYTES)


def new_secret() -> str:
    """A secret of 256 random bits, in hexadecimal."""
    return secrets.token_hex(SECRET_BYTES)


def token_of(key_id: str, secret: str) -> str:
    """The token to hand over."""
    return f"rtn_{key_id}_{secret}"


def parse(token: str) -> tuple[str, str] | None:
    """Key id and secret; None where the text is no token."""
    found = TOKEN.fullmatch(token)
    return (found["key_id"], found["secret"]) if found else None


def digest_of(secret: str) -> bytes:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).digest()


def is_among(secret: str, digests: Iterable[bytes]) -> bool:
    """Whether the secret belongs to one of the digests; all are compared, whichever fits."""
    asked = digest_of(secret)
    fits = [hmac.compare_digest(asked, digest) for digest in (NOBODY, *digests)]
    return any(fits[1:])
