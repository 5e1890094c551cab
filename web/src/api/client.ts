// One typed way to ask the server: paths, parameters, bodies and answers are those of api/openapi.yaml.
import { parseProblem, parseRetryAfter, Refusal, Unreachable } from './errors';
import { persistently } from './retry';
import type { components, paths } from './schema';

export { parseProblem, parseRetryAfter, Refusal, Unreachable } from './errors';

type Schemas = components['schemas'];
export type Me = Schemas['Me'];
export type Photo = Schemas['Photo'];
export type BulkChange = Schemas['BulkChange'];
export type PhotoChange = Schemas['PhotoChange'];
export type Problem = Schemas['Problem'];
/** Those that have a page of their own. */
export type NamedScope = Schemas['Scope'];
/** What a link of a share shows, as its visitor. */
export type ShareScope = `share:${string}`;
/** What a question finds, of all that one sees or of what everybody sees: a scope of this side alone. */
export type SearchScope = `search/${'seen' | 'wall'}:${string}`;
export type Scope =
  NamedScope | `album:${string}` | `sequence:${string}` | `tag:${string}` | ShareScope | SearchScope;
export type Archive = Schemas['Archive'];
export type ArchiveWish = Schemas['ArchiveWish'];
export type Album = Schemas['Album'];
export type AlbumChange = Schemas['AlbumChange'];
export type AlbumMove = Schemas['AlbumMove'];
export type AlbumMember = Schemas['AlbumMember'];
export type MemberRole = Schemas['MemberRole'];
export type Share = Schemas['Share'];
export type NewShare = Schemas['NewShare'];
export type ShareChange = Schemas['ShareChange'];
export type ShareDoor = Schemas['ShareDoor'];
export type TagCount = Schemas['TagList']['tags'][number];
export type Timeline = Schemas['Timeline'];
export type TimelineMonth = Schemas['TimelineMonth'];
export type MonthColumns = Schemas['MonthColumns'];
export type FoundPage = Schemas['Found'];
export type FoundColumns = FoundPage['photos'];
export type Suggestion = Schemas['Suggestions']['suggestions'][number];
export type DuplicatesPage = Schemas['Duplicates'];
export type DuplicateGroup = DuplicatesPage['groups'][number];
export type KeptOfDuplicates = Schemas['KeptOfDuplicates'];
export type MapAnswer = Schemas['Map'];
export type MapCell = MapAnswer['cells'][number];
export type Places = Schemas['Places'];
export type TimelineChanged = Schemas['TimelineChanged'];
export type PhotoChanged = Schemas['PhotoChanged'];
export type User = Schemas['User'];
export type UserChange = Schemas['UserChange'];
export type Settings = Schemas['Settings'];
export type SettingsChange = Schemas['SettingsChange'];
export type Session = Schemas['Session'];
export type Token = Schemas['Token'];
export type TokenScope = Schemas['TokenScope'];
export type CreatedToken = Schemas['CreatedToken'];
export type Visibility = Schemas['Visibility'];
export type Initial = Schemas['Initial'];

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Parameters<O, K extends string> = O extends { parameters: Partial<Record<K, infer T>> } ? T : undefined;
type Body<O> = O extends { requestBody: { content: { 'application/json': infer T } } } ? T : undefined;
type Json<R, S extends number> =
  R extends Record<S, { content: { 'application/json': infer T } }> ? T : never;
type Answer<O> = O extends { responses: infer R } ? Json<R, 200> | Json<R, 201> | Json<R, 202> : never;

interface Options<O> {
  path?: Parameters<O, 'path'>;
  query?: Parameters<O, 'query'>;
  body?: Body<O>;
  signal?: AbortSignal;
}

/** `/photos/{id}` and {id: "a b"} are `/photos/a%20b`; slashes stay (the server knows no others). Query parameters that are undefined are left out. */
export function address(template: string, path: object | undefined, query: object | undefined): string {
  const values = new Map(Object.entries(path ?? {}));
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(values.get(name))).replaceAll('%2F', '/'),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) search.set(name, String(value));
  }
  return search.size > 0 ? `${filled}?${search.toString()}` : filled;
}

let sessionEnded: () => void = () => undefined;

/** What to do when the server does not know any more who asks. */
export function whenSessionEnds(then: () => void): void {
  sessionEnded = then;
}

/** Tells a refusal on, if it says that nobody is logged in here (and not that a password was wrong, or is asked for). */
export function noticeEnd(path: string, { status, problem }: Refusal): void {
  if (status !== 401 || problem?.type === '/problems/share-locked') return;
  if (!/\/(session|setup|password|unlock)$/.test(path)) sessionEnded();
}

let beforeRefusal: () => Promise<void> = () => Promise.resolve();

/** What has to be there before anybody is told of a refusal: the words for it. */
export function whenRefused(before: () => Promise<void>): void {
  beforeRefusal = before;
}

/** Ends when there are words for a refusal, or none to be had. */
export function wordsForRefusal(): Promise<void> {
  return beforeRefusal();
}

/** A question that is not answered after this long will not be. */
const answersWithin = 30_000;
/** Reading changes nothing, so that it may be repeated. */
const readTries = 4;

/**
 * Asks, and answers what the contract says for 200, 201 or 202. What only reads is tried again if it failed in passing. Throws
 * Refusal or Unreachable (or AbortError).
 */
export function call<P extends keyof paths, M extends Method & keyof paths[P]>(
  method: M,
  path: P,
  options: Options<paths[P][M]> = {},
): Promise<Answer<paths[P][M]>> {
  return persistently(() => ask(method, path, options), method === 'get' ? readTries : 1, options.signal);
}

async function ask<P extends keyof paths, M extends Method & keyof paths[P]>(
  method: M,
  path: P,
  options: Options<paths[P][M]>,
): Promise<Answer<paths[P][M]>> {
  // Places are named in the language of the page.
  const headers = { Accept: 'application/json', 'Accept-Language': document.documentElement.lang };
  const request: RequestInit = { method: method.toUpperCase(), headers };
  const late = AbortSignal.timeout(answersWithin);
  request.signal = options.signal ? AbortSignal.any([options.signal, late]) : late;
  if (options.body !== undefined) {
    request.body = JSON.stringify(options.body);
    request.headers = { ...request.headers, 'Content-Type': 'application/json' };
  }
  let response: Response;
  let text: string;
  try {
    response = await fetch(address(path, options.path ?? undefined, options.query ?? undefined), request);
    text = await response.text();
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Unreachable(String(error));
  }
  if (!response.ok) {
    const patience = parseRetryAfter(response.headers.get('Retry-After'));
    const refusal = new Refusal(response.status, parseProblem(text), patience);
    noticeEnd(path, refusal);
    if (refusal.problem) await beforeRefusal();
    throw refusal;
  }
  return (text === '' ? undefined : JSON.parse(text)) as Answer<paths[P][M]>;
}
