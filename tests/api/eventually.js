// Waiting for what another replica, a worker or the finder does a moment later, in bounded time.
import assert from "node:assert/strict";

const atMost = 120_000;

/**
 * Asks until the answer is right, and gives that.
 * @template T
 * @param {() => Promise<T>} ask
 * @param {(answer: T) => unknown} isRight
 * @param {number} pause in milliseconds, between two questions
 * @returns {Promise<T>} it fails with the last answer after two minutes
 */
export async function eventually(ask, isRight, pause = 30) {
  const until = Date.now() + atMost;
  for (;;) {
    const answer = await ask();
    if (isRight(answer)) return answer;
    if (Date.now() > until) assert.fail(`It did not come within ${atMost / 1000} s; the last answer: ${shown(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

const shown = (answer) => (JSON.stringify(answer?.json ?? answer?.status ?? answer) ?? "none").slice(0, 2000);
