// The statistics page, as an administrator sees it.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { adminConfig } from '../protocol/api_client.mjs';
import { closePeers, endWithoutLibrary, Publisher, Receiver } from '../protocol/peer.mjs';
import { repository, startServer } from '../protocol/server.mjs';
import { launch } from './browsers.mjs';
import { bothBrowsers } from './stage.mjs';

let server;
const browsers = {};
let group;
let up;
before(async () => {
  server = await startServer({ workers: 2, isSecure: true, config: adminConfig, staticRoot: join(repository, 'web/dist') });
  for (const name of bothBrowsers) browsers[name] = await launch(name);
  group = server.group();
  const receiver = await Receiver.request(await server.join(group, 'observe'));
  up = await Publisher.start(await server.join(group, 'present'));
  await (await receiver.stream(up.id)).plays();
});
after(async () => {
  closePeers();
  for (const browser of Object.values(browsers)) await browser.close();
  await server.stop();
  endWithoutLibrary();
});

for (const name of bothBrowsers) {
  test(`after the password the page shows the call and the workers, with charts that move (${name})`, async () => {
    const page = await browsers[name].browser.newPage();
    const faults = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    await page.authenticate({ username: 'chief', password: 'of everything' });
    await page.goto(`${server.origin}/stats.html`);
    await page.waitForSelector('[data-testid=stats-worker]');
    assert.equal((await page.$$('[data-testid=stats-worker]')).length, 2);
    const text = await page.$eval('[data-testid=stats-group]', (element) => element.textContent);
    assert.ok(text.includes(group) && text.includes(up.id), text);
    // A third value comes with the third look.
    await page.waitForFunction(
      () => document.querySelector('[data-testid=stats-group] polyline').getAttribute('points').split(' ').length >= 3,
      { timeout: 15_000 },
    );
    if (process.env.HALCYON_ARTIFACTS) await page.screenshot({ path: join(process.env.HALCYON_ARTIFACTS, `stats-${name}.png`), fullPage: true });
    assert.deepEqual(faults, []);
  });
}
