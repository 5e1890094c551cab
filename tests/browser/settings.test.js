// Settings and people: password, sessions, tokens, appearance; an administrator adds somebody, locks them out, lets them in.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { assertAccessible, launch, open, setUp } from "./browser.js";
import { png } from "./pictures.js";
import { startServer } from "./server.js";

const first = "correct horse battery staple";
const second = "seven sleepy otters";
const skip =
  Boolean(process.env.CADRE_TEST_URL) && "it needs a gallery of its own";

describe("settings and people", { timeout: 300_000, skip }, () => {
  let server, browser, page, troubles;

  before(async () => {
    server = await startServer(first);
    browser = await launch();
    ({ page, troubles } = await open(browser, server.url));
    page.setDefaultTimeout(20_000);
    await setUp(page, server, first);
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  async function logIn(name, password) {
    const other = await open(browser, server.url);
    other.page.setDefaultTimeout(20_000);
    await other.page.goto(`${server.url}/login`);
    await other.page.getByLabel("Name").fill(name);
    await other.page.getByLabel("Password").fill(password);
    await other.page.getByRole("button", { name: "Log in" }).click();
    return other;
  }

  it("are reached from the person's menu, in every colour and language", async () => {
    await page.getByRole("button", { name: "Account of ada" }).click();
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("heading", { name: "Where you are" }).waitFor();
    await page.getByText("This browser ·").waitFor();
    await assertAccessible(page);
    await page.getByRole("radio", { name: "Dark" }).check();
    assert.equal(
      await page.evaluate(
        () => getComputedStyle(document.documentElement).colorScheme,
      ),
      "dark",
    );
    await assertAccessible(page);
    await page.getByRole("combobox", { name: /^Language/ }).selectOption("fr");
    await page.getByRole("heading", { name: "Réglages" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Réglages" }).waitFor();
    assert.equal(
      await page.evaluate(() => document.documentElement.dataset.theme),
      "dark",
    );
    await page.getByRole("combobox", { name: /^Langue/ }).selectOption("en");
    await page.getByRole("radio", { name: "As the system has it" }).check();
  });

  it("what was chosen is so in every browser in which one logs in", async () => {
    const kept = (body) =>
      page.waitForResponse(
        (answer) =>
          answer.request().method() === "PATCH" &&
          answer.url().endsWith("/me/settings") &&
          answer.request().postData() === JSON.stringify(body),
      );
    const dark = kept({ theme: "dark" });
    await page.getByRole("radio", { name: "Dark" }).check();
    assert.equal((await dark).status(), 200);
    const french = kept({ language: "fr" });
    await page.getByRole("combobox", { name: /^Language/ }).selectOption("fr");
    assert.equal((await french).status(), 200);

    const other = await logIn("ada", first);
    await other.page
      .getByRole("heading", { name: "Vos photographies commencent ici" })
      .waitFor();
    assert.equal(
      await other.page.evaluate(() => document.documentElement.dataset.theme),
      "dark",
    );
    await other.close();

    const english = kept({ language: "en" });
    await page.getByRole("combobox", { name: /^Langue/ }).selectOption("en");
    await english;
    const system = kept({ theme: null });
    await page.getByRole("radio", { name: "As the system has it" }).check();
    await system;
  });

  it("a token is shown once, works, and is revoked", async () => {
    await page.getByLabel("What it is for").fill("laptop");
    await page.getByLabel("What it may do").selectOption("read");
    await page.getByRole("button", { name: "Make a token" }).click();
    const shown = page.getByLabel("The token. It is shown this once");
    await shown.waitFor();
    const token = await shown.inputValue();
    const ask = () =>
      fetch(`${server.url}/api/v1/me/sessions`, {
        headers: { Authorization: `Bearer ${token}` },
      });
    assert.equal((await ask()).status, 200);
    await assertAccessible(page);
    await page.getByRole("button", { name: "Revoke: laptop" }).click();
    await page
      .getByText("laptop", { exact: true })
      .waitFor({ state: "detached" });
    assert.equal((await ask()).status, 401);
  });

  it("a wrong password is told, a new one ends the other sessions", async () => {
    const other = await logIn("ada", first);
    await other.page
      .getByRole("heading", { name: "Your photographs begin here" })
      .waitFor();
    await page.getByLabel("Your password now").fill("not this one");
    await page.getByLabel("New password").fill(second);
    await page.getByLabel("Password, again").fill(second);
    await page.getByRole("button", { name: "Change the password" }).click();
    await page
      .getByRole("alert")
      .filter({ hasText: "This is not your password." })
      .waitFor();
    await page.getByRole("combobox", { name: /^Language/ }).selectOption("fr");
    await page.getByRole("button", { name: "Changer le mot de passe" }).click();
    await page
      .getByRole("alert")
      .filter({ hasText: "Ce n’est pas votre mot de passe." })
      .waitFor();
    await page.getByRole("combobox", { name: /^Langue/ }).selectOption("en");
    await page.getByLabel("Your password now").fill(first);
    await page.getByRole("button", { name: "Change the password" }).click();
    await page.getByText("The password is changed.").waitFor();
    await other.page.goto(`${server.url}/settings`);
    await other.page.getByRole("heading", { name: "Log in" }).waitFor();
    await other.close();
  });

  it("an administrator adds somebody, who logs in, is locked out, let in, and deleted", async () => {
    await page.goto(`${server.url}/people`);
    await page.getByText("You", { exact: true }).waitFor();
    await assertAccessible(page);
    await page.getByLabel("Name").fill("grace");
    await page.getByLabel("Password").fill(first);
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByText("grace can log in now.").waitFor();
    const grace = await logIn("grace", first);
    await grace.page
      .getByRole("heading", { name: "Your photographs begin here" })
      .waitFor();
    const sent = await grace.page.request.post(
      `${server.url}/api/v1/photos?filename=hers.png`,
      {
        data: png(90, 60, [200, 120, 40]),
        headers: { "Content-Type": "image/png", Origin: server.url },
      },
    );
    assert.equal(sent.status(), 201, await sent.text());
    await grace.page.goto(`${server.url}/people`);
    await grace.page
      .getByRole("heading", { name: "This page is for administrators" })
      .waitFor();

    await page.getByRole("button", { name: "Lock out: grace" }).click();
    await page.getByText("Locked out", { exact: true }).waitFor();
    await grace.page.goto(`${server.url}/photos`);
    await grace.page.getByRole("heading", { name: "Log in" }).waitFor();
    await grace.close();

    await page.getByRole("button", { name: "Let in again: grace" }).click();
    await page
      .getByText("Locked out", { exact: true })
      .waitFor({ state: "detached" });
    await page.getByRole("button", { name: "New password: grace" }).click();
    await assertAccessible(page);
    await page
      .getByRole("dialog")
      .getByLabel("New password")
      .fill("three blind mice");
    await page.getByRole("button", { name: "Change the password" }).click();
    await page.getByText("The password is changed.").waitFor();

    await page.getByRole("button", { name: "Delete: grace" }).click();
    await assertAccessible(page);
    const question = page.getByRole("alertdialog");
    await question.getByLabel("They are handed over to").first().check();
    await question.getByRole("combobox").selectOption({ label: "ada (You)" });
    await question.getByRole("button", { name: "Delete" }).click();
    await page.getByText("grace is deleted.").waitFor();
    await page
      .getByRole("button", { name: "Delete: grace" })
      .waitFor({ state: "detached" });
    // Her photograph comes to who was chosen, in the background.
    await page.waitForFunction(async () => {
      const answer = await fetch("/api/v1/timeline?scope=mine");
      return (await answer.json()).total === 1;
    });
  });

  it("somebody changes their own name, and is told when it is taken", async () => {
    await page.goto(`${server.url}/people`);
    await page.getByLabel("Name").fill("mary");
    await page.getByLabel("Password").fill(first);
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByText("mary can log in now.").waitFor();
    await page.goto(`${server.url}/settings`);
    const name = page.getByRole("textbox", { name: "Name", exact: true });
    const change = page.getByRole("button", { name: "Change the name" });
    await name.fill("mary");
    await change.click();
    await page.getByText("There is a user of this name already.").waitFor();
    await name.fill("ada lovelace");
    await change.click();
    await page.getByText("The name is changed.").waitFor();
    await page.getByText("Logged in as ada lovelace").waitFor();
    await assertAccessible(page);
    await name.fill("ada");
    await change.click();
    await page.getByText("Logged in as ada ·").waitFor();
    await page.goto(`${server.url}/people`);
  });

  it("the last administrator stays one, and is told why", async () => {
    await page.getByLabel("Role: ada").selectOption("member");
    await page.getByText(/last administrator/i).waitFor();
    assert.equal(await page.getByLabel("Role: ada").inputValue(), "admin");
  });

  it("no script failed, nothing broke the Content-Security-Policy, no other host was asked", () => {
    assert.deepEqual(troubles, []);
  });
});
