// One typed way to ask the server: paths, parameters, bodies and answers are those of api/openapi.yaml.
import type { components, paths } from './schema';

type Schemas = components['schemas'];
export type Me = Schemas['Me'];
export type Photo = Schemas['Photo'];
export type PhotoChange = Schemas['PhotoChange'];
export type Problem = Schemas['Problem'];
export type Scope = Schemas['Scope'];
export type Timeline = Schemas['Timeline'];
export type TimelineMonth = Schemas['TimelineMonth'];
export type MonthColumns = Schemas['MonthColumns'];
export type TimelineChanged = Schemas['TimelineChanged'];
export type PhotoChanged = Schemas['PhotoChanged'];
export type Visibility = Schemas['Visibility'];
export type Initial = Schemas['Initial'];

type Method = 'get' | 'post' | 'patch' | 'delete';
type Parameters<O, K extends string> = O extends { parameters: Partial<Record<K, infer T>> } ? T : undefined;
type Body<O> = O extends { requestBody: { content: { 'application/json': infer T } } } ? T : undefined;
type Json<R, S extends number> =
  R extends Record<S, { content: { 'application/json': infer T } }> ? T : never;
type Answer<O> = O extends { responses: infer R } ? Json<R, 200> | Json<R, 201> : never;

interface Options<O> {
  path?: Parameters<O, 'path'>;
  query?: Parameters<O, 'query'>;
  body?: Body<O>;
  signal?: AbortSignal;
}

/** The server said no: `problem.detail` is a sentence for the person. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly status: number,
    readonly problem: Problem | null,
  ) {
    super(problem?.detail ?? `HTTP ${String(status)}`);
  }
}

/** The server could not be reached at all. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** `/photos/{id}` and {id: "a b"} are `/photos/a%20b`; query parameters that are undefined are left out. */
export function address(template: string, path: object | undefined, query: object | undefined): string {
  const values = new Map(Object.entries(path ?? {}));
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(values.get(name))),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) search.set(name, String(value));
  }
  return search.size > 0 ? `${filled}?${search.toString()}` : filled;
}

/** Problem details of an answer's text, if it has any. */
export function parseProblem(text: string): Problem | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'detail' in value ? (value as Problem) : null;
  } catch {
    return null;
  }
}

/** Asks, and answers what the contract says for 200 or 201. Throws Refusal or Unreachable (or AbortError). */
export async function call<P extends keyof paths, M extends Method & keyof paths[P]>(
  method: M,
  path: P,
  options: Options<paths[P][M]> = {},
): Promise<Answer<paths[P][M]>> {
  const request: RequestInit = { method: method.toUpperCase(), headers: { Accept: 'application/json' } };
  if (options.signal) request.signal = options.signal;
  if (options.body !== undefined) {
    request.body = JSON.stringify(options.body);
    request.headers = { ...request.headers, 'Content-Type': 'application/json' };
  }
  let response: Response;
  try {
    response = await fetch(address(path, options.path ?? undefined, options.query ?? undefined), request);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Unreachable(String(error));
  }
  const text = await response.text();
  if (!response.ok) throw new Refusal(response.status, parseProblem(text));
  return (text === '' ? undefined : JSON.parse(text)) as Answer<paths[P][M]>;
}
