"""Every kind of error the server answers with, and what to do about it."""

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Kind:
    """One kind of problem.

    Attributes:
        status: HTTP's.
        title: For people; its slug is the anchor that a problem's type points at.
        cause: What happened.
        cure: What the caller does.
    """

    status: int
    title: str
    cause: str
    cure: str

    @property
    def slug(self) -> str:
        """`Unknown customer` as `unknown-customer`."""
        return self.title.lower().replace(" ", "-")


UNREADABLE = Kind(
    400,
    "Unreadable body",
    "The body is no text in UTF-8, or the connection ended before it did.",
    "Send JSON in UTF-8, whole.",
)
TOO_DEEP = Kind(
    400, "Nested too deeply", "The JSON nests deeper than any request needs.", "Send it flatter."
)
NO_KEY = Kind(
    401,
    "API key needed",
    "No API key was sent, or none that is good: it is unknown, wrong, expired or revoked.",
    "Send a good one as Authorization: Bearer, or as X-API-Key; not two different ones.",
)
SCOPE_LACKING = Kind(
    403,
    "Scope lacking",
    "The API key may not do this; `detail` names the scope that it would need.",
    "Ask whoever gave it to you for one with that scope.",
)
NOT_LOCAL = Kind(
    403,
    "Only this machine may ask",
    "The server has no API keys, and the request was handed on or asks for a foreign name.",
    "Make a key with `retinue keys create`.",
)
NOT_FOUND = Kind(
    404, "Not found", "There is no such path.", "Look the path up in /docs; mind the version."
)
UNKNOWN_CUSTOMER = Kind(
    404,
    "Unknown customer",
    "The current scoring run does not hold the customer; `errors` points at which.",
    "Check the id; or score data that holds the customer.",
)
UNKNOWN_SEGMENT = Kind(
    404,
    "Unknown segment",
    "The current scoring run has no such scheme or label.",
    "Take one of those that /v1/segments lists.",
)
UNKNOWN_RUN = Kind(
    404,
    "Unknown scoring run",
    "The store no longer keeps that run, or never did.",
    "Ask for the current run, or for one that is kept.",
)
WRONG_METHOD = Kind(
    405,
    "Method not allowed",
    "The path answers another method.",
    "Use the one in the Allow header.",
)
NO_SUCH_FORM = Kind(
    406,
    "Not acceptable",
    "The answer does not come in a form that the Accept header takes.",
    "Accept one of those that `detail` names, or name one by ?format=.",
)
UNDER_WAY = Kind(
    409,
    "Write under way",
    "A scoring run is being written, or customers are erased; perhaps this very request was sent "
    "twice. Nothing was done.",
    "Try again after the seconds in Retry-After, with the same Idempotency-Key if there is one.",
)
SLOW_REQUEST = Kind(
    408, "Request too slow", "The body did not arrive in time.", "Send it again, without pauses."
)
RUN_GONE = Kind(
    410,
    "Scoring run gone",
    "The store no longer keeps the run that the cursor's list is of.",
    "Begin anew without a cursor: the list is then of the current run.",
)
TOO_LARGE = Kind(
    413,
    "Request too large",
    "The body has more bytes than the server takes.",
    "Send fewer customers.",
)
WRONG_ENCODING = Kind(
    415, "Unsupported encoding", "The body is compressed.", "Send it without Content-Encoding."
)
WRONG_MEDIA = Kind(
    415,
    "Unsupported media type",
    "The body does not say that it is JSON.",
    "Send Content-Type: application/json.",
)
INVALID = Kind(
    422,
    "Invalid request",
    "The request does not fit its documented form; `errors` points at where.",
    "Correct what is pointed at; the specification has an example of each request.",
)
KEY_REUSED = Kind(
    422,
    "Idempotency key reused",
    "The Idempotency-Key came with another body before. Nothing was done.",
    "Take a new key for each thing that is to be done.",
)
TOO_OFTEN = Kind(
    429,
    "Too many requests",
    "The API key asks more often than it may.",
    "Wait as long as Retry-After says; ask for many customers in one request.",
)
INTERNAL = Kind(
    500,
    "Internal error",
    "Something nobody foresaw; the server's log has the cause under the request id.",
    "Try again; if it stays, send us the line of the log.",
)
NO_ANSWER = Kind(
    500,
    "The answer could not be made",
    "The server's own data is not as it should be; `detail` says how.",
    "Do what `detail` says.",
)
NOTHING = Kind(
    503,
    "Nothing to answer from",
    "There is no scoring run yet, or none that this model can read.",
    "Run `retinue score`.",
)
NOT_WRITTEN = Kind(
    503,
    "Store cannot be written",
    "What was to be kept cannot be; `detail` says why, such as rights or a full disk.",
    "Mend what `detail` names, and ask again, with the same Idempotency-Key if there is one.",
)
STORE_AWAY = Kind(
    503,
    "Store unreachable",
    "The database that the store is in does not answer, as while it is restarted.",
    "Try again after the seconds in Retry-After; if it stays, `detail` says what is wrong.",
)
OVERLOADED = Kind(
    503,
    "Overloaded",
    "As many requests run and wait as may.",
    "Try again after the seconds in Retry-After; send batches instead of single requests.",
)
TOO_SLOW = Kind(
    504,
    "Too slow",
    "The answer was not ready within the request's deadline.",
    "Try again, with fewer customers at a time.",
)
KINDS: tuple[Kind, ...] = (
    UNREADABLE,
    TOO_DEEP,
    NO_KEY,
    SCOPE_LACKING,
    NOT_LOCAL,
    NOT_FOUND,
    UNKNOWN_CUSTOMER,
    UNKNOWN_SEGMENT,
    UNKNOWN_RUN,
    WRONG_METHOD,
    NO_SUCH_FORM,
    SLOW_REQUEST,
    UNDER_WAY,
    RUN_GONE,
    TOO_LARGE,
    WRONG_ENCODING,
    WRONG_MEDIA,
    INVALID,
    KEY_REUSED,
    TOO_OFTEN,
    INTERNAL,
    NO_ANSWER,
    NOTHING,
    NOT_WRITTEN,
    STORE_AWAY,
    OVERLOADED,
    TOO_SLOW,
)


def page() -> str:
    """All of them as an HTML page."""
    rows = "".join(
        f'<h2 id="{kind.slug}">{kind.status} {escape(kind.title)}</h2>'
        f"<p>{escape(kind.cause)}</p><p><b>What to do:</b> {escape(kind.cure)}</p>"
        for kind in KINDS
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Problems</title>'
        "<h1>Problems the server answers with</h1>"
        "<p>An error is answered as application/problem+json (RFC 9457); its <code>type</code> "
        "points here, and its <code>request_id</code> finds it in the server's log.</p>"
        f"{rows}</html>"
    )
