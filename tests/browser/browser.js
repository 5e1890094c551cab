// Debian's Chromium, and what every page is held to.
import assert from "node:assert/strict";
import axe from "axe-core";
import { chromium } from "playwright-core";

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-dev-shm-usage",
      "--disable-background-networking",
    ],
  });
}

/**
 * A page for somebody with nothing in the browser yet. `troubles` gathers scripts that failed, what the
 * Content-Security-Policy refused, and requests to any other host.
 */
export async function open(browser, url, { locale = "en-GB" } = {}) {
  const context = await browser.newContext({
    locale,
    viewport: { width: 1024, height: 768 },
  });
  const page = await context.newPage();
  const troubles = [];
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("console", (message) => {
    if (/Content Security Policy/.test(message.text()))
      troubles.push(message.text());
  });
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== url)
      troubles.push(`a request to ${origin}`);
  });
  return { page, troubles, close: () => context.close() };
}

/** The first visit: makes the administrator "ada" and the gallery, which is empty then. */
export async function setUp(page, server, password) {
  await page.goto(`${server.url}/#setup=${server.token}`);
  await page.getByLabel("Name").fill("ada");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByLabel("Password, again").fill(password);
  await page.getByRole("button", { name: "Create the gallery" }).click();
  await page
    .getByRole("heading", { name: "Your photographs begin here" })
    .waitFor();
}

/** The list of what is being added, opened by the ring in the bar if it is not there yet. */
export async function openUploads(page) {
  const list = page.getByRole("region", { name: "Uploads" });
  const ring = page.getByRole("button", { name: /^Uploads: / });
  await ring.waitFor();
  if ((await list.count()) === 0) await ring.click();
  await list.waitFor();
}

/** axe finds nothing on the page as it is now. */
export async function assertAccessible(page) {
  // Colours are judged as they will stay, not halfway through a fade.
  await page.evaluate(() =>
    Promise.allSettled(
      document.getAnimations().map((animation) => animation.finished),
    ),
  );
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run();
    return violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`,
    );
  });
  assert.deepEqual(found, [], `axe on ${page.url()}`);
}
