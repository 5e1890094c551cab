// Asks the server, and compares every answer with the contract.
import assert from "node:assert/strict";
import { randomBytes, randomInt } from "node:crypto";
import http from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { checkAnswer } from "./contract.js";
import { eventually } from "./eventually.js";
import { picture } from "./pictures.js";

const shared = process.env.CADRE_TEST_URL;

/** On a shared server each file is another client, as logging in is counted by address. */
export const localAddress = anAddress(process.env.CADRE_TEST_ADDRESSES?.split(" ").filter(Boolean) ?? []);
function anAddress(given) {
  if (given.length > 0) return given[randomInt(given.length)];
  return /\/\/127\./.test(shared ?? "") ? `127.9.${[...randomBytes(2)].join(".")}` : undefined;
}
const agent = new http.Agent({ keepAlive: true, maxSockets: 8, localAddress });

/** What the person of that name is called: on a shared server, earlier runs have taken the plain name. */
const run = shared ? `-${randomBytes(3).toString("hex")}` : "";
export const called = (name) => name + run;

/** One person, or nobody. */
export class Client {
  constructor(url, credentials = {}) {
    this.url = url;
    this.credentials = credentials;
  }

  async request(method, path, { headers = {}, json, body } = {}) {
    const own = {};
    if (this.credentials.cookie) own.Cookie = this.credentials.cookie;
    if (this.credentials.token) own.Authorization = `Bearer ${this.credentials.token}`;
    if (json !== undefined) {
      body = JSON.stringify(json);
      own["Content-Type"] = "application/json";
    }
    if (body !== undefined) own["Content-Length"] = Buffer.byteLength(body);
    const answer = await send(this.url, method, path, { ...own, ...headers }, body);
    checkAnswer(method, path.split("?")[0], answer);
    return answer;
  }

  get(path, headers) {
    return this.request("GET", path, { headers });
  }
  post(path, json, headers) {
    return this.request("POST", path, { json, headers });
  }
  patch(path, json, headers) {
    return this.request("PATCH", path, { json, headers });
  }
  delete(path, headers) {
    return this.request("DELETE", path, { headers });
  }

  /** Sends a file as it is. */
  upload(bytes, query = "", headers = {}) {
    const type = { "Content-Type": "application/octet-stream" };
    return this.request("POST", `/api/v1/photos${query}`, { body: bytes, headers: { ...type, ...headers } });
  }

  /** A new photo, ready. */
  async photo(query = "") {
    const sent = await this.upload(picture(), query);
    assert.equal(sent.status, 201, String(sent.body));
    return this.ready(sent.json.id);
  }

  async ready(id) {
    const ask = () => this.get(`/api/v1/photos/${id}`);
    const answer = await eventually(ask, ({ status, json }) => status !== 200 || json.state !== "processing");
    assert.equal(answer.status, 200, String(answer.body));
    return answer.json;
  }
}

function send(url, method, path, headers, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(url + path, { method, headers, agent }, (answer) => {
      const pieces = [];
      answer.on("data", (piece) => pieces.push(piece));
      answer.on("error", reject);
      answer.on("end", () => resolve(read(answer, Buffer.concat(pieces))));
    });
    request.on("error", reject);
    request.setTimeout(120_000, () => request.destroy(new Error(`no answer to ${method} ${path} within 2 minutes`)));
    request.end(body);
  });
}

function read(answer, raw) {
  const coding = answer.headers["content-encoding"];
  const body =
    raw.length === 0
      ? raw
      : coding === "br"
        ? brotliDecompressSync(raw)
        : coding === "gzip"
          ? gunzipSync(raw)
          : raw;
  const { statusCode: status, headers } = answer;
  const isJson = /json/.test(headers["content-type"] ?? "") && body.length > 0;
  return { status, headers, body, raw, json: isJson ? JSON.parse(String(body)) : undefined };
}

/** Until the server has what search looks through. */
export async function searchable(client) {
  await eventually(() => client.get("/api/v1/search?scope=wall"), ({ status }) => status !== 503, 50);
}

export const password = "correct horse battery staple";

/** Logs in; the client carries the cookie. */
export async function logIn(url, name, secret = password) {
  const answer = await new Client(url).post("/api/v1/session", { name: called(name), password: secret });
  assert.equal(answer.status, 201, String(answer.body));
  return new Client(url, { cookie: answer.headers["set-cookie"][0].split(";")[0] });
}

/** Sets the gallery up with the administrator ada, and adds the members grace and alan. */
export async function people(server) {
  const nobody = new Client(server.url);
  const admin = await (server.own ? setUp(server) : anotherAdministrator(server));
  for (const name of ["grace", "alan"]) {
    const user = await admin.post("/api/v1/users", { name: called(name), role: "member", password });
    assert.equal(user.status, 201, String(user.body));
  }
  if (!server.own) server.people = await Promise.all(["ada", "grace", "alan"].map((name) => logIn(server.url, name)));
  return { nobody, admin, member: await logIn(server.url, "grace"), other: await logIn(server.url, "alan") };
}

async function setUp({ url, token }) {
  const made = await new Client(url).post("/api/v1/setup", { token, name: "ada", password });
  assert.equal(made.status, 201, String(made.body));
  return new Client(url, { cookie: made.headers["set-cookie"][0].split(";")[0] });
}

async function anotherAdministrator({ url, adminToken }) {
  const administrator = new Client(url, { token: adminToken });
  const made = await administrator.post("/api/v1/users", { name: called("ada"), role: "admin", password });
  assert.equal(made.status, 201, String(made.body));
  return logIn(url, "ada");
}
