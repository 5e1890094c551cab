// Broken and hostile requests, to the program and to nginx before it: each is refused with a problem, by neither a fault nor
// silence.
import assert from "node:assert/strict";
import net from "node:net";
import { after, before, describe, test } from "node:test";
import { missing, startNginx } from "./nginx.js";
import { folder, Server } from "./program.js";

const host = "Host: a\r\n";
const get = (target, more = "") => `GET ${target} HTTP/1.1\r\n${host}${more}\r\n`;
const post = (more, body = "") => `POST /api/v1/session HTTP/1.1\r\n${host}${more}\r\n${body}`;
const chunked = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n";
const clientHello = Buffer.from("16030102000100" + "0001fc0303".padEnd(400, "5a"), "hex");

/** What is sent, by what is wrong with it. */
const broken = {
  "a percent sign alone": get("/%"),
  "a percent sign and one digit": get("/a%2"),
  "a percent sign without digits": get("/%zz"),
  "above the root": get("/.."),
  "above the root, encoded": get("/%2e%2e/%2e%2e/etc/passwd"),
  "an encoded slash": get("/api%2fv1/nothing"),
  "an encoded NUL": get("/a%00b"),
  "a NUL in the path": get("/a\0b"),
  "a NUL in a field": get("/", "X: a\0b\r\n"),
  "a control character in the path": get("/a\x01b"),
  "a space in the path": get("/a b"),
  "two slashes": get("/api//"),
  "a fragment": get("/nowhere#a"),
  "no slash": get("nowhere"),
  "an address of 15 KiB": get(`/api/${"a".repeat(15 << 10)}`),
  "an address of 40 KiB": get(`/${"a".repeat(40 << 10)}`),
  "a query of 40 KiB": get(`/?${"a".repeat(40 << 10)}`),
  "a field of 40 KiB": get("/", `X: ${"a".repeat(40 << 10)}\r\n`),
  "a thousand fields": get("/", "X-Field: 0123456789abcdef0123456789abcdef\r\n".repeat(1000)),
  "an asterisk": `OPTIONS * HTTP/1.1\r\n${host}\r\n`,
  "an asterisk for GET": get("*"),
  "an absolute address": get("http://a/api/nowhere"),
  "an absolute address of another kind": get("ftp://a/api/nowhere"),
  "a proxy's CONNECT": `CONNECT a:443 HTTP/1.1\r\n${host}\r\n`,
  "a CONNECT with a path": `CONNECT /nowhere HTTP/1.1\r\n${host}\r\n`,
  TRACE: `TRACE /nowhere HTTP/1.1\r\n${host}\r\n`,
  "an unknown method": `BREW /nowhere HTTP/1.1\r\n${host}\r\n`,
  "a method in lower case": `get /nowhere HTTP/1.1\r\n${host}\r\n`,
  "a method with a brace": `G{T / HTTP/1.1\r\n${host}\r\n`,
  "a version to come": `GET /nowhere HTTP/9.9\r\n${host}\r\n`,
  "a version of three numbers": `GET /nowhere HTTP/1.1.1\r\n${host}\r\n`,
  "no version that is one": `GET /nowhere HTTQ/1.1\r\n${host}\r\n`,
  "HTTP/2 without asking": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "bytes of TLS": clientHello,
  "bytes of SSH": "SSH-2.0-OpenSSH_9.2p1\r\n\r\n",
  "no Host": "GET /nowhere HTTP/1.1\r\n\r\n",
  "two Hosts": get("/api/nowhere", "Host: b\r\n"),
  "a Host with a space": "GET /nowhere HTTP/1.1\r\nHost: a b\r\n\r\n",
  "a Host with a slash": "GET /nowhere HTTP/1.1\r\nHost: a/b\r\n\r\n",
  "a field without a colon": get("/api/nowhere", "nothing\r\n"),
  "a space before the colon": get("/api/nowhere", "X : a\r\nContent-Length : 3\r\n"),
  "a folded field": get("/api/nowhere", "X: a\r\n b\r\n"),
  "two lengths": post("Content-Length: 1\r\nContent-Length: 2\r\n", "ab"),
  "a length below zero": post("Content-Length: -1\r\n"),
  "a length that is no number": post("Content-Length: ten\r\n"),
  "a length of 23 digits": post("Content-Length: 99999999999999999999999\r\n"),
  "a length and chunks": post(`Content-Length: 3\r\n${chunked}`, "0\r\n\r\n"),
  "an unknown coding": post("Transfer-Encoding: tar\r\n", "ab"),
  "chunks twice": post(`${chunked}Transfer-Encoding: chunked\r\n`, "0\r\n\r\n"),
  "a chunk without a size": post(chunked, "zz\r\nab\r\n"),
  "a chunk below zero": post(chunked, "-1\r\nab\r\n"),
  "a chunk longer than it says": post(chunked, "1\r\nabcdef\r\n0\r\n\r\n"),
  "a chunk too long for any number": post(chunked, "fffffffffffffffff\r\n"),
  "lines that end in LF, of a path that is not there": "GET /api/nowhere HTTP/1.1\nHost: a\n\n",
};

/** The answer's beginning, until it has a header and the other side is silent. */
function exchange(url, bytes) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(new URL(url).port), "127.0.0.1");
    let text = "";
    const late = setTimeout(() => end(reject, new Error(`no answer in 8 s; so far: ${text.slice(0, 200)}`)), 8000);
    const end = (how, what) => {
      clearTimeout(late);
      socket.destroy();
      how(what);
    };
    socket.on("data", (piece) => {
      text += piece;
      if (text.includes("\r\n\r\n")) end(resolve, text);
    });
    socket.on("error", () => end(resolve, text));
    socket.on("end", () => end(resolve, text));
    socket.write(bytes);
  });
}

function refused(answer) {
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
  assert.ok((status >= 400 && status < 500) || [501, 505].includes(status), answer.slice(0, 300));
  assert.match(answer, /\r\ncontent-type: application\/problem\+json\r\n/i);
}

describe("broken requests", { concurrency: 4 }, () => {
  const skip = missing();
  const ends = [];
  const t = { after: (end) => ends.push(end) };
  let replica, proxied;

  before(async () => {
    replica = await Server.start(t, await folder(t));
    if (!skip) proxied = await startNginx(t, [new URL(replica.url).host]);
  });
  after(async () => {
    for (const end of ends.reverse()) await end();
  });

  for (const [what, bytes] of Object.entries(broken)) {
    test(`${what}, to the program`, async () => refused(await exchange(replica.url, bytes)));
    test(`${what}, through nginx`, { skip }, async () => refused(await exchange(proxied, bytes)));
  }

  test("an address that is too long is 414, a header that is too large 431", { skip }, async () => {
    for (const url of [replica.url, proxied]) {
      assert.match(await exchange(url, broken["an address of 40 KiB"]), /^HTTP\/1.1 414 /);
      assert.match(await exchange(url, broken["a field of 40 KiB"]), /^HTTP\/1.1 431 /);
    }
  });

  test("both go on", { skip }, async () => {
    for (const url of [replica.url, proxied]) assert.match(await exchange(url, get("/api/v1/me")), /^HTTP\/1.1 200 /);
  });
});
