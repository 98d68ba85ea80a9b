"""Headers that every answer carries, so that a browser does nothing with it that was not meant."""

import re
from base64 import b64encode
from hashlib import sha256

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NOTHING = "default-src 'none'; frame-ancestors 'none'"
INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
OF_CUSTOMERS = ("/v1/", "/invocations")


class SafeHeaders:
    """Sets what an answer does not set itself.

    A page may load and ask what is ours, and run the scripts that stand in it: each is named by its
    hash, so that one which got there otherwise does not run. Any other answer may do nothing.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on, and complete the answer's headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        held: list[Message] = []  # of a page, until all of it is there: the policy comes first

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                _complete(headers, scope["path"])
                if "content-security-policy" not in headers:
                    if headers.get("content-type", "").startswith("text/html"):
                        held.append(message)
                        return
                    headers["Content-Security-Policy"] = NOTHING
            if not held:
                await send(message)
                return
            held.append(message)
            if not message.get("more_body"):
                body = b"".join(part["body"] for part in held[1:])
                MutableHeaders(scope=held[0])["Content-Security-Policy"] = policy_of(body)
                for one in held:
                    await send(one)
                held.clear()

        await self._app(scope, receive, sending)


def policy_of(page: bytes) -> str:
    """What a page of ours may do."""
    hashes = [b64encode(sha256(script).digest()).decode() for script in INLINE.findall(page)]
    scripts = " ".join(["'self'", *(f"'sha256-{one}'" for one in hashes)])
    return (
        f"{NOTHING}; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'"
    )


def _complete(headers: MutableHeaders, path: str) -> None:
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    if path.startswith(OF_CUSTOMERS):
        # An answer with a tag may be held by who asked, to be asked after; no other is kept.
        headers.setdefault(
            "Cache-Control", "private, no-cache" if "etag" in headers else "no-store"
        )
