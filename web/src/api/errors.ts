// How an answer can be none.
import type { components } from './schema';

type Problem = components['schemas']['Problem'];

/** The server said no: `problem.detail` is a sentence for the person. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly status: number,
    readonly problem: Problem | null,
    /** Seconds, if the server asked for patience. */
    readonly retryAfter?: number,
  ) {
    super(problem?.detail ?? `HTTP ${String(status)}`);
  }
}

/** The server could not be reached at all, or did not answer in time. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
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

/** Of a Retry-After field, which is seconds from this server; nothing for another form. */
export function parseRetryAfter(field: string | null): number | undefined {
  return field !== null && /^\d{1,6}$/.test(field) ? Number(field) : undefined;
}
