// Two windows of one browser: one event stream for both, and what the server refuses is said in French.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { launch, open, setUp } from "./browser.js";
import { png } from "./pictures.js";
import { startServer } from "./server.js";

const password = "correct horse battery staple";
const skip =
  Boolean(process.env.CADRE_TEST_URL) && "it needs a gallery of its own";

describe("two windows of one browser", { timeout: 300_000, skip }, () => {
  let server, browser, first, second, troubles;
  const streams = [];
  let opened;
  const firstOpened = new Promise((resolve) => (opened = resolve));

  before(async () => {
    server = await startServer(password);
    browser = await launch();
    ({ page: first, troubles } = await open(browser, server.url));
    first.context().setDefaultTimeout(30_000);
    first.context().on("response", (response) => {
      if (!response.url().includes("/api/v1/events?scope=mine")) return;
      streams.push(response.frame().page());
      opened();
    });
    await setUp(first, server, password);
    await firstOpened;
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  async function add(page, name, colour) {
    const answer = await page.request.post(
      `${server.url}/api/v1/photos?filename=${name}.png`,
      {
        data: png(60, 40, colour),
        headers: { "Content-Type": "image/png", Origin: server.url },
      },
    );
    assert.equal(answer.status(), 201, await answer.text());
    return (await answer.json()).id;
  }

  const waiting = (page) =>
    page.waitForFunction(async () => {
      const { held, pending } = await navigator.locks.query();
      const ours = ({ name }) => name.startsWith("cadre-events-");
      return (
        held.filter(ours).length === 1 && pending.filter(ours).length === 1
      );
    });

  it("share one stream, by which both see a new photograph", async () => {
    second = await first.context().newPage();
    await second.goto(`${server.url}/photos`);
    await waiting(second);
    assert.deepEqual(new Set(streams), new Set([first]));
    const id = await add(first, "one", [200, 40, 40]);
    for (const page of [first, second])
      await page.locator(`a[data-id="${id}"]`).waitFor();
  });

  it("when the one that listens closes, the other goes on", async () => {
    await first.close();
    await second.waitForFunction(async () => {
      const { held } = await navigator.locks.query();
      return held.some(({ name }) => name.startsWith("cadre-events-"));
    });
    const id = await add(second, "two", [40, 200, 40]);
    await second.locator(`a[data-id="${id}"]`).waitFor();
    assert.ok(streams.includes(second));
    assert.deepEqual(troubles, []);
  });

  it("a refusal is a sentence in the language of the page", async () => {
    const { page, close } = await open(browser, server.url, {
      locale: "fr-FR",
    });
    page.setDefaultTimeout(30_000);
    await page.goto(`${server.url}/login`);
    await page.getByLabel("Nom").fill("ada");
    await page.getByLabel("Mot de passe").fill("not the password");
    await page.getByRole("button", { name: "Se connecter" }).click();
    await page
      .getByRole("alert")
      .filter({ hasText: "Le nom ou le mot de passe est incorrect." })
      .waitFor();
    await close();
  });
});
