"""The little of HTTP that a health port needs: what is asked, and the bytes of an answer. Pure."""

from dataclasses import dataclass, field

HEAD_LIMIT = 8_192
_WORDS = {
    200: "OK",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks for.

    Attributes:
        method: in capitals.
        path: without a query.
        accepted: the header `Accept`.
    """

    method: str
    path: str
    accepted: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What they get."""

    status: int
    body: bytes
    content_type: str = "text/plain; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


def is_whole(head: bytes) -> bool:
    """Whether the head of a request has come to its end."""
    return b"\r\n\r\n" in head or b"\n\n" in head


def read_request(head: bytes) -> Request | None:
    """The request of a head; None for what is no HTTP/1."""
    lines = head.decode("latin-1").replace("\r\n", "\n").partition("\n\n")[0].split("\n")
    parts = lines[0].split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1.") or not parts[1].startswith("/"):
        return None
    accepted = next((value.strip() for name, _, value in _headers(lines[1:]) if name == "accept"), "")
    return Request(parts[0], parts[1].partition("?")[0], accepted)


def answer_bytes(answer: Answer, *, with_body: bool = True) -> bytes:
    """What goes over the wire; the connection ends after it."""
    headers = {
        "Content-Type": answer.content_type,
        "Content-Length": str(len(answer.body)),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Connection": "close",
        **answer.headers,
    }
    lines = [
        f"HTTP/1.1 {answer.status} {_WORDS[answer.status]}",
        *(f"{name}: {said}" for name, said in headers.items()),
    ]
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
    return head + answer.body if with_body else head


def _headers(lines: list[str]) -> list[tuple[str, str, str]]:
    split = (line.partition(":") for line in lines)
    return [(name.strip().lower(), colon, value) for name, colon, value in split]
