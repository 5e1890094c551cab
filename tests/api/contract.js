// Compares answers with api/openapi.yaml: status, Content-Type, required headers, and the document by its schema.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { parse } from "yaml";

const file = new URL("../../api/openapi.yaml", import.meta.url);
export const contract = parse(readFileSync(file, "utf8"));

/** What any request may meet, though its operation does not name it. */
const always = new Set([400, 401, 405, 408, 413, 414, 431, 500, 503]);

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema(contract, "contract");

const escape = (part) => part.replaceAll("~", "~0").replaceAll("/", "~1");
const pointer = (...parts) => `contract#/${parts.map((part) => encodeURIComponent(escape(part))).join("/")}`;
const validators = new Map();

function validate(ref, value, what) {
  let check = validators.get(ref);
  if (!check) {
    check = ajv.compile({ $ref: ref });
    validators.set(ref, check);
  }
  assert.ok(check(value), `${what}: ${ajv.errorsText(check.errors)}\n${JSON.stringify(value).slice(0, 500)}`);
}

const templates = Object.keys(contract.paths).map((template) => ({
  template,
  pattern: new RegExp(`^${template.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+")}$`),
  captures: (template.match(/\{/g) ?? []).length,
}));
templates.sort((a, b) => a.captures - b.captures);

/** The operation that answers a request; nothing for pages and unknown paths. */
export function operationOf(method, path) {
  const found = templates.find(({ pattern }) => pattern.test(path));
  if (!found) return null;
  const operations = contract.paths[found.template];
  const verb = method === "HEAD" && !operations.head ? "get" : method.toLowerCase();
  const operation = operations[verb];
  return operation ? { ...operation, template: found.template, verb } : null;
}

function resolve(response, base) {
  if (!response.$ref) return { response, base };
  const name = response.$ref.split("/").at(-1);
  return { response: contract.components.responses[name], base: ["components", "responses", name] };
}

function checkHeaders(response, answer, what) {
  for (const [name, definition] of Object.entries(response.headers ?? {})) {
    const header = definition.$ref
      ? contract.components.headers[definition.$ref.split("/").at(-1)]
      : definition;
    const value = answer.headers[name.toLowerCase()];
    if (header.required) assert.ok(value !== undefined, `${what}: ${name} is missing`);
    if (value === undefined || header.schema?.type !== "string" || !header.schema.pattern) continue;
    assert.match(String(value), new RegExp(header.schema.pattern), `${what}: ${name}`);
  }
}

/** Throws where the answer is not one that the contract names. `answer`: {status, headers, body}. */
export function checkAnswer(method, path, answer) {
  const what = `${method} ${path} → ${answer.status}`;
  const operation = operationOf(method, path);
  if (!operation) {
    if (answer.status >= 400) checkProblem(answer, what);
    return;
  }
  const named = operation.responses[String(answer.status)];
  assert.ok(named || always.has(answer.status), `${what}: the contract names no such status`);
  const key = named ? String(answer.status) : "default";
  const { response, base } = resolve(operation.responses[key], [
    "paths",
    operation.template,
    operation.verb,
    "responses",
    key,
  ]);
  checkHeaders(response, answer, what);
  if (answer.status >= 400 && response.content?.["application/problem+json"])
    checkProblem(answer, what, method);
  if (!response.content || answer.status === 304) {
    assert.equal(answer.body.length, 0, `${what}: has a body`);
    return;
  }
  const type = String(answer.headers["content-type"] ?? "").split(";")[0];
  const range = `${type.split("/")[0]}/*`;
  const media = response.content[type] ? type : range;
  assert.ok(response.content[media], `${what}: Content-Type ${type} is not in the contract`);
  if (method !== "HEAD" && type.endsWith("json"))
    validate(pointer(...base, "content", media, "schema"), JSON.parse(String(answer.body)), what);
}

function checkProblem(answer, what, method) {
  assert.equal(answer.headers["content-type"], "application/problem+json", what);
  if (method === "HEAD") return;
  const problem = JSON.parse(String(answer.body));
  validate("contract#/components/schemas/Problem", problem, what);
  assert.equal(problem.status, answer.status, what);
  assert.equal(problem.instance, answer.headers["x-request-id"], what);
}

/** Throws where `value` is not of the schema of that name. */
export function checkSchema(name, value) {
  validate(pointer("components", "schemas", name), value, name);
}
