// The page /cluster, as an administrator sees it: what Solo has, live; what is old, greyed; a fleet that loses a master, drawn
// from answers of a real one (fleet-states.json, recorded with ./dev fleet while things were killed).
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { assertAccessible, launch, open, setUp } from "./browser.js";
import { startServer } from "./server.js";

const password = "correct horse battery staple";
const skip =
  Boolean(process.env.CADRE_TEST_URL) && "it needs a gallery of its own";
const states = JSON.parse(
  await readFile(new URL("fleet-states.json", import.meta.url), "utf8"),
);
const endpoint = "**/api/v1/fleet";

describe("the cluster page", { timeout: 600_000, skip }, () => {
  let server, browser, page, troubles;

  before(async () => {
    server = await startServer(password);
    browser = await launch();
    ({ page, troubles } = await open(browser, server.url));
    page.setDefaultTimeout(60_000);
    await setUp(page, server, password);
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  const status = (of, on = page) =>
    on.locator(`[data-status="${of}"]`).waitFor();
  const state = (name, of) =>
    page.locator(`[data-process="${name}"][data-state="${of}"]`).waitFor();
  let answers = 0;
  let shown = null;
  /** What the page is answered from now on; returns when it is drawn. The real server answers nothing in between. */
  async function answer(fleet) {
    const at = Date.parse(fleet.time) + 1000 * ++answers;
    const time = new Date(at).toISOString();
    const routed = shown !== null;
    shown = { ...fleet, time };
    if (!routed)
      await page.route(endpoint, (route) => route.fulfill({ json: shown }));
    await page.locator(`[data-status] time[datetime="${time}"]`).waitFor();
  }
  const wide = (on = page) =>
    on.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth > clientWidth;
    });

  it("leads there from the menu, and shows what Solo has: disk, databases, queue, decoders", async () => {
    await page.getByRole("link", { name: "Cluster" }).click();
    await status("healthy");
    assert.equal(await page.title(), "Cluster · Cadre");
    for (const name of [
      "Machines",
      "Catalog",
      "Storage",
      "Queue",
      "Decoders",
      "Last events",
    ])
      await page.getByRole("heading", { name, exact: true }).waitFor();
    await page.getByText("catalog.db").waitFor();
    await page.getByText(/ free of /).waitFor();
    assert.equal(await page.locator("[data-slots]").count(), 0);
    await assertAccessible(page);
  });

  it("asks once a second, and only while it is looked at", async () => {
    let asked = 0;
    const count = (request) => {
      if (request.url().endsWith("/api/v1/fleet")) asked++;
    };
    page.on("request", count);
    const time = () => page.locator("[data-status] time").innerText();
    const before = await time();
    await page.waitForFunction(
      (then) =>
        document.querySelector("[data-status] time").textContent !== then,
      before,
    );
    await page.waitForTimeout(3000);
    assert.ok(asked >= 2, `${asked} questions`);
    await page.getByRole("link", { name: "Wall" }).click();
    await page
      .getByRole("heading", { name: "Nothing hangs here yet" })
      .waitFor();
    const left = asked;
    await page.waitForTimeout(2500);
    assert.equal(asked, left);
    page.off("request", count);
  });

  it("a replica that is busy is seen to be", async () => {
    await page.goto(`${server.url}/cluster`);
    await status("healthy");
    const busy = page.waitForFunction(() => {
      const figures = document.querySelector("[data-process] dd").textContent;
      return Number(figures) > 5;
    });
    const end = Date.now() + 50_000;
    const ask = async () => {
      while (Date.now() < end) {
        await page.request.get(`${server.url}/api/v1/me`);
        if (await Promise.race([busy, page.waitForTimeout(50)])) return;
      }
    };
    await ask();
    await busy;
  });

  it("when no answer comes it says so, greys what it knows, and is there again by itself", async () => {
    await page.route(endpoint, () => {});
    await status("silent");
    await page.getByText(/The gallery last answered .* ago/).waitFor();
    await page
      .getByText(/^Read \d+ seconds ago$/)
      .first()
      .waitFor();
    await assertAccessible(page);
    await page.unroute(endpoint);
    await status("healthy");
  });

  it("a part that could not be read is grey with its age and the reason, while the others go on", async () => {
    const queue = {
      ...states.healthy.queue,
      age_s: 12.3,
      problem: "A store does not answer.",
    };
    await answer({ ...states.healthy, queue });
    await page.getByText(/^Read \d+ seconds ago: A store does/).waitFor();
    assert.equal(await page.getByText(/^Read /).count(), 1);
    await assertAccessible(page);
  });

  it("a failover is seen: a master away, its replica in its place and pointed at, a replica lost", async () => {
    await answer(states.healthy);
    await status("healthy");
    const shards = page.locator("[data-shard]");
    assert.equal(await shards.count(), states.healthy.catalog.shards.length);
    const lost = states.healthy.catalog.shards[0];
    await answer(states.away);
    await status("unavailable");
    await page.locator("[data-slots] .bad").waitFor();
    await assertAccessible(page);
    await answer(states.promoted);
    await status("degraded");
    // For twenty seconds, in which axe may not be done on a machine that has other things to do.
    const first = page.locator('[data-shard="0"]');
    await Promise.all([
      first.getByText(`new master, in place of ${lost.master.name}`).waitFor(),
      page.locator("[data-slots] .warn.moved").waitFor(),
    ]);
    await first.getByText("no replica: if this master goes").waitFor();
    await assertAccessible(page);
    await page
      .getByText(`Redis ${lost.replicas[0].name} became a master`)
      .waitFor();
    await answer(states.lost);
    await state("serve-b", "lost");
    assert.equal(
      await page
        .locator('[data-process="serve-b"] [data-mark]')
        .getAttribute("data-mark"),
      "bad",
    );
  });

  it("a replica on its master's machine is flagged, and slots of nobody are told", async () => {
    const fleet = structuredClone(states.healthy);
    const [one] = fleet.catalog.shards;
    one.replicas[0].machine = one.master.machine;
    one.on_one_machine = true;
    fleet.catalog.shards.pop();
    await answer(fleet);
    await page
      .locator('[data-shard="0"]')
      .getByText("on its master’s machine")
      .waitFor();
    await page.locator("[data-slots] .nobody").waitFor();
    await assertAccessible(page);
    // While nodes are at odds, the same address or slots may be there twice: nothing of the page stands still then.
    fleet.catalog.others.push(one.master, { ...one.master, up: false });
    fleet.catalog.shards.push(structuredClone(one));
    fleet.replicas.push(fleet.replicas[0]);
    fleet.reasons.push(...states.lost.reasons, ...states.lost.reasons);
    fleet.blobs.nodes.push(fleet.blobs.nodes[0]);
    fleet.events.push(...fleet.events);
    fleet.served_by.name = "app-x@z";
    await answer(fleet);
    await page.getByText("replica app-x@z on machine").waitFor();
  });

  it("what changes is told to screen readers, and figures are not", async () => {
    const told = page.locator("main [role=status]");
    await answer(states.healthy);
    await told.filter({ hasText: /^Healthy$/ }).waitFor();
    await answer(states.lost);
    await told.filter({ hasText: /^Degraded\. serve-b has fallen/ }).waitFor();
    assert.doesNotMatch(await told.innerText(), /\d+(\.\d+)? (ms|s)\b/);
  });

  it("a reason and an event of a later release are shown as the server says them", async () => {
    const reason = {
      status: "degraded",
      code: "moon_is_full",
      subject: "x",
      detail: "The moon is full.",
    };
    const event = {
      at: states.healthy.time,
      kind: "moon_rose",
      subject: "over b",
      by: "keeper-c",
    };
    await answer({
      ...states.healthy,
      status: "degraded",
      reasons: [reason],
      events: [event],
    });
    await page
      .locator("[data-status]")
      .getByText("The moon is full.")
      .waitFor();
    await page.getByText("moon_rose over b").waitFor();
  });

  it("fits a phone and the dark, in French, by keyboard", async () => {
    const context = await browser.newContext({
      locale: "fr-FR",
      colorScheme: "dark",
      viewport: { width: 360, height: 740 },
      storageState: await page.context().storageState(),
    });
    const phone = await context.newPage();
    phone.setDefaultTimeout(60_000);
    for (const name of ["healthy", "promoted", "lost"]) {
      await phone.unroute(endpoint);
      await phone.route(endpoint, (route) =>
        route.fulfill({ json: states[name] }),
      );
      await phone.goto(`${server.url}/cluster`);
      await status(states[name].status, phone);
      assert.equal(await wide(phone), false, name);
      await assertAccessible(phone);
    }
    await phone
      .locator("[data-status]")
      .getByText("serve-b ne donne plus signe de vie.")
      .waitFor();
    const english = await phone
      .locator("main")
      .innerText()
      .then((text) => text.match(/\b(is|the|has|seen by|ago|away)\b/i));
    assert.equal(english, null);
    await phone.getByRole("group", { name: "Derniers événements" }).focus();
    await phone.keyboard.press("End");
    await phone.waitForFunction(() => document.activeElement.scrollTop > 0);
    await context.close();
  });

  it("is for administrators, and visitors do not even load it", async () => {
    const made = await page.request.post(`${server.url}/api/v1/users`, {
      data: { name: "grace", role: "member", password },
      headers: { Origin: server.url },
    });
    assert.equal(made.status(), 201, await made.text());
    const visitor = await open(browser, server.url);
    const loaded = [];
    visitor.page.on("request", (request) => loaded.push(request.url()));
    await visitor.page.goto(server.url);
    await visitor.page
      .getByRole("heading", { name: "Nothing hangs here yet" })
      .waitFor();
    assert.equal(loaded.filter((url) => /Cluster/.test(url)).length, 0);
    await visitor.page.goto(`${server.url}/cluster`);
    await visitor.page.getByLabel("Name").fill("grace");
    await visitor.page.getByLabel("Password").fill(password);
    await visitor.page.getByRole("button", { name: "Log in" }).click();
    await visitor.page
      .getByRole("heading", { name: "This page is for administrators" })
      .waitFor();
    await assertAccessible(visitor.page);
    await visitor.page
      .getByRole("link", { name: "Photos", exact: true })
      .waitFor();
    assert.equal(
      await visitor.page.getByRole("link", { name: "Cluster" }).count(),
      0,
    );
    assert.deepEqual(visitor.troubles, []);
    await visitor.close();
  });

  it("no script failed, and nothing broke the Content-Security-Policy", () => {
    assert.deepEqual(troubles, []);
  });
});
