"""One connection of one person to one nginx, and what came of each request."""

import http.client
import json
import time
import urllib.parse
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    status: int  # 0: none came
    body: bytes
    why: str = ""  # if none came; of a refusal, its code and its reason
    served_by: str = ""  # the replica that answered

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def done(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True)
class Request:
    """For the figures."""

    at: float  # time.monotonic() when it began
    seconds: float
    kind: str
    write: bool
    status: int
    why: str

    @property
    def failed(self) -> bool:
        """No answer, or a refusal. 404 is looked at where it is known whether it is right."""
        return self.status == 0 or (self.status >= 400 and self.status != 404)


def _reason(status: int, body: bytes) -> str:
    """The code and the sentence of a problem (RFC 9457), or how a body begins that is none."""
    if status < 400:
        return ""
    try:
        problem = json.loads(body)
        return f"{problem['type'].rpartition('/')[2]}: {problem['detail']}"
    except (ValueError, KeyError, TypeError):
        return body[:80].decode(errors="replace")


# Seconds after which a kept connection is not used again: nginx closes it after 75.
IDLE = 30


class Client:
    """Not for several threads at once."""

    def __init__(self, url: str, token: str | None = None, patience=30.0):
        self._address = urllib.parse.urlsplit(url)
        self._token = token
        self._patience = patience
        self._connection = None
        self._used = 0.0

    def ask(self, method: str, path: str, body: bytes | None = None, document=None) -> Answer:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        if document is not None:
            body = json.dumps(document).encode()
            headers["Content-Type"] = "application/json"
        try:
            if time.monotonic() - self._used > IDLE:
                self.close()
            if self._connection is None:
                self._connection = http.client.HTTPConnection(self._address.hostname, self._address.port,
                                                              timeout=self._patience)
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            self._used = time.monotonic()
            body = answer.read()
            result = Answer(answer.status, body, _reason(answer.status, body), answer.getheader("X-Served-By", ""))
            if answer.will_close:
                self.close()
            return result
        except (OSError, http.client.HTTPException) as error:
            self.close()
            return Answer(0, b"", f"{type(error).__name__}: {error}")

    def timed(self, kind: str, method: str, path: str, body=None, document=None) -> tuple[Answer, Request]:
        began = time.monotonic()
        answer = self.ask(method, path, body, document)
        write = method not in ("GET", "HEAD")
        return answer, Request(began, time.monotonic() - began, kind, write, answer.status, answer.why)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
