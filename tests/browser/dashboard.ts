// The dashboard of a thousand isolates in a browser. Run by hand, where chromium is installed:
//   bun tests/browser/dashboard.ts FOLDER    FOLDER: where the screenshots go, to be looked at
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { V8Sandbox } from "../../lib/index.ts";
import { withPage } from "./chromium.ts";

const folder = process.argv[2];
if (folder === undefined) throw new Error("usage: bun tests/browser/dashboard.ts FOLDER");

const ISOLATES = 1000;

await withPage(async (page) => {
  const sandbox = new V8Sandbox({ threads: 2 });
  const hostile = "<img src=x onerror=\"document.title='owned'\"> \u202e\x1b[2J a very long name that goes on and on";
  const victim = await sandbox.createIsolate({ name: "a victim" });
  const dashboard = await sandbox.dashboard({ kill: true, title: "Plugins" });
  await sandbox.createIsolate({ name: hostile });
  const made = await Promise.all(
    Array.from({ length: ISOLATES - 2 }, (_, index) => sandbox.createIsolate({ name: `tenant ${index}`, cpuMs: 50 })),
  );
  for (const [index, isolate] of made.entries()) {
    if (index % 50 === 0) isolate.evaluate("for (;;);").catch(() => {});
    else if (index % 5 === 0) isolate.execute("setInterval(() => { for (let i = 0; i < 1e5; i++); }, 100)");
  }

  await page.view({ width: 1280 });
  await page.go(dashboard.url);
  await page.until("document.querySelectorAll('#isolates tbody tr').length === 100");
  await page.until("/of (1,000|9\\d\\d)/.test(document.querySelector('#range').textContent)");
  await page.until("document.querySelectorAll('canvas').length === 4");
  await page.until("document.querySelector('#reasons').textContent.includes('cpu limit exceeded: 20')");
  assert.equal(await page.evaluate("document.title"), "Plugins");

  // By keyboard alone: sorted by name, filtered, ended.
  await page.evaluate("[...document.querySelectorAll('th button')].find((b) => b.textContent === 'Name').focus()");
  await page.press("Enter");
  await page.until("document.querySelector('th[aria-sort=ascending]')?.textContent === 'Name'");
  assert.match(await page.evaluate("document.querySelector('#isolates tbody td.name').textContent"), /^<img/);
  assert.equal(await page.evaluate("document.querySelectorAll('img').length"), 0);
  await page.evaluate("document.querySelector('#filter').focus()");
  for (const key of "victim") await page.press(key);
  await page.until("document.querySelectorAll('#isolates tbody tr').length === 1");
  await page.evaluate("document.querySelector('[data-kill]').focus()");
  await page.press("Enter");
  await page.until("document.querySelector('#isolates tbody').textContent === 'None.'");
  assert.equal(victim.destroyed, true);
  await page.evaluate("const f = document.querySelector('#filter'); f.value = ''; f.dispatchEvent(new Event('input'))");

  const cost = await page.evaluate<number>("fetch('./data').then((r) => r.text()).then((t) => t.length)");
  assert.ok(cost < 400_000, `the data has ${cost} characters`);
  await Bun.sleep(5000);
  for (const width of [1280, 360]) {
    for (const scheme of ["light", "dark"] as const) {
      await page.view({ width, height: width === 360 ? 1400 : 1000, scheme });
      await Bun.sleep(1500);
      const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
      assert.ok(overflow <= 0, `at ${width} pixels the page is ${overflow} too wide`);
      await page.screenshot(join(folder, `dashboard-${width}-${scheme}.png`));
    }
  }
  await page.view({ width: 1280, height: 600 });
  await page.evaluate("document.querySelector('#reasons').scrollIntoView()");
  await page.screenshot(join(folder, "dashboard-ends.png"));
  sandbox.shutdown();
  await page.until("document.querySelector('#status').textContent.includes('does not answer')");
  assert.deepEqual(
    page.complaints.filter((text) => !text.includes("ERR_CONNECTION_REFUSED")),
    [],
  );
  assert.deepEqual(page.failed, []);
});
console.log("The dashboard works in a browser.");
