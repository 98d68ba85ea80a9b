"""Headers that every answer carries, so that a browser does nothing with it that was not meant."""

import re
from base64 import b64encode
from hashlib import sha256

from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = b"content-security-policy"
NOTHING = b"default-src 'none'; frame-ancestors 'none'"
ALWAYS = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"))
OF_ONE = (*ALWAYS, (b"cache-control", b"no-store"))
OF_ONE_WITH_TAG = (*ALWAYS, (b"cache-control", b"private, no-cache"))
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
                said = dict(message["headers"])
                wanted = _wanted(said, scope["path"])
                lacking = [(name, value) for name, value in wanted if name not in said]
                message["headers"] = [*message["headers"], *lacking]
                if POLICY not in said:
                    if said.get(b"content-type", b"").startswith(b"text/html"):
                        held.append(message)
                        return
                    message["headers"].append((POLICY, NOTHING))
            if not held:
                await send(message)
                return
            held.append(message)
            if not message.get("more_body"):
                body = b"".join(part["body"] for part in held[1:])
                held[0]["headers"].append((POLICY, policy_of(body)))
                for one in held:
                    await send(one)
                held.clear()

        await self._app(scope, receive, sending)


def policy_of(page: bytes) -> bytes:
    """What a page of ours may do."""
    hashes = [b64encode(sha256(script).digest()) for script in INLINE.findall(page)]
    scripts = b" ".join([b"'self'", *(b"'sha256-%b'" % one for one in hashes)])
    return (
        NOTHING + b"; script-src " + scripts + b"; style-src 'self' 'unsafe-inline'; "
        b"img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'"
    )


def _wanted(said: dict[bytes, bytes], path: str) -> tuple[tuple[bytes, bytes], ...]:
    if not path.startswith(OF_CUSTOMERS):
        return ALWAYS
    # An answer with a tag may be held by who asked, to be asked after; no other is kept.
    return OF_ONE_WITH_TAG if b"etag" in said else OF_ONE
