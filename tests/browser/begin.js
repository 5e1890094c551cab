// How a test of pages begins: a gallery of its own with "ada" as its administrator, logged in on a page, and what ends it all.
import { launch, open, setUp } from "./browser.js";
import { libraryOf } from "./library.js";
import { startServer } from "./server.js";

export const password = "correct horse battery staple";
/** For tests that need a gallery of their own, where one was named that others use. */
export const skip =
  Boolean(process.env.CADRE_TEST_URL) && "it needs a gallery of its own";

/**
 * What `open` and `libraryOf` give, the server and the browser. `end` belongs into `after`; where the beginning itself fails,
 * it has ended what was there.
 */
export async function begin() {
  const server = await startServer(password);
  let browser;
  const end = async () => {
    await browser?.close();
    await server.stop();
  };
  try {
    browser = await launch();
    const { page, troubles } = await open(browser, server.url);
    page.context().setDefaultTimeout(30_000);
    await setUp(page, server, password);
    return { server, browser, page, troubles, ...libraryOf(page, server), end };
  } catch (error) {
    await end();
    throw error;
  }
}
