// The list of recordings in real browsers, which decide by the page's headers what its form says about where it comes from.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { startServer } from '../protocol/server.mjs';
import { launch } from './browsers.mjs';

const operator = { username: 'op', password: 'op' };
const users = { op: { password: 'op', permissions: 'op' } };
const browsers = ['chromium', 'firefox'];
const servers = [];

before(async () => {
  for (const isSecure of [false, true]) {
    const files = Object.fromEntries(browsers.map((name) => [`recordings/lecture/${name}.webm`, 'x']));
    servers.push(await startServer({ workers: 0, isSecure, groups: { lecture: { 'allow-recording': true, users } }, files }));
  }
});
after(() => Promise.all(servers.map((server) => server.stop())));

for (const name of browsers) {
  test(`the button deletes a recording (${name})`, { timeout: 90_000 }, async () => {
    const { browser, close } = await launch(name);
    try {
      for (const server of servers) {
        const page = await browser.newPage();
        await page.authenticate(operator);
        await page.goto(`${server.origin}/recordings/lecture/`);
        const [answer] = await Promise.all([page.waitForNavigation(), page.click(`button[aria-label="Delete ${name}.webm"]`)]);
        assert.equal(answer.status(), 200, `${server.origin}: ${await answer.text()}`);
        assert.ok(!existsSync(server.path(`recordings/lecture/${name}.webm`)));
        assert.equal((await page.$$(`button[aria-label="Delete ${name}.webm"]`)).length, 0);
        await page.close();
      }
    } finally {
      await close();
    }
  });
}
