// What a test puts into a gallery without the pages that it tests, as who is logged in on `page`.
import assert from "node:assert/strict";
import { png } from "./pictures.js";

export function libraryOf(page, server) {
  async function ask(method, path, data) {
    const answer = await page.request.fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { Origin: server.url },
      ...(data && { data }),
    });
    const body = await answer.text();
    assert.ok(answer.ok(), `${method} ${path}: ${answer.status()} ${body}`);
    return body === "" ? null : JSON.parse(body);
  }

  /** The id of a picture of one colour, or of this file. */
  async function add(name, colour) {
    const answer = await page.request.post(
      `${server.url}/api/v1/photos?filename=${name}.png`,
      {
        data: Buffer.isBuffer(colour) ? colour : png(90, 60, colour),
        headers: { "Content-Type": "image/png", Origin: server.url },
      },
    );
    assert.equal(answer.status(), 201, await answer.text());
    return (await answer.json()).id;
  }

  return { ask, add };
}
