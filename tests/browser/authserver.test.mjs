// Logging in through an authorisation server and through a portal, as people do it.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startAuthServer } from '../authserver/authserver.mjs';
import { repository, startServer } from '../protocol/server.mjs';
import { launch } from './browsers.mjs';
import { bothBrowsers } from './stage.mjs';

const patience = 20_000;
const named = (name) => `[data-testid="${name}"]`;

const browsers = {};
let server;
let authority;
before(async () => {
  assert.ok(process.env.HALCYON_TEST_ADDRESS, 'these tests run under tests/in_namespace');
  for (const name of bothBrowsers) browsers[name] = await launch(name);
  // Without TLS, because the sample authorisation server has none and browsers do not mix the two.
  server = await startServer({ workers: 0, staticRoot: join(repository, 'web', 'dist') });
  authority = await startAuthServer({ address: process.env.HALCYON_TEST_ADDRESS, groups: `${server.origin}/group/` });
  server.group(
    { ...authority.description(`${server.origin}/group/tea/`), users: { hatter: { password: 'riddle', permissions: 'present' } } },
    'tea',
  );
  server.group(authority.description(`${server.origin}/group/garden/`, { portal: true }), 'garden');
});
after(async () => {
  for (const browser of Object.values(browsers)) await browser.close();
  await authority?.stop();
  await server?.stop();
});

const inBoth = (claim, run) => {
  for (const browser of bothBrowsers) test(`${claim} (${browser})`, { timeout: 60_000 }, () => run(browser));
};

/// Opens a page of its own, and closes it when `visit` is done.
async function visiting(browser, group, visit) {
  const context = await browsers[browser].browser.createBrowserContext();
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  try {
    await page.goto(`${server.origin}/group/${group}/`);
    await visit(page);
  } finally {
    await context.close();
  }
}

async function submit(page, username, password) {
  await page.waitForSelector(named('login-form'));
  await page.$eval(named('login-username'), (field) => field.select());
  await page.type(named('login-username'), username);
  await page.type(named('login-password'), password);
  await page.click(named('login-submit'));
}

/// Waits until this name is in the list of users.
const isInside = (page, name) =>
  page.waitForFunction(
    (selector, wanted) => [...document.querySelectorAll(selector)].some((entry) => entry.textContent.includes(wanted)),
    {},
    named('user-entry'),
    name,
  );

inBoth('a name and a password that the authorisation server knows lead into the group', (browser) =>
  visiting(browser, 'tea', async (page) => {
    await submit(page, 'alice', 'wonderland');
    await isInside(page, 'alice');
    assert.deepEqual(authority.log.at(-1), { username: 'alice', location: `${server.origin}/group/tea/`, outcome: 200 });
  }));

inBoth('who is wrong is told so, and may try again', (browser) =>
  visiting(browser, 'tea', async (page) => {
    await submit(page, 'alice', 'looking glass');
    await page.waitForSelector(named('login-error'));
    assert.equal(authority.log.at(-1).outcome, 403);
    await page.$eval(named('login-password'), (field) => field.select());
    await submit(page, 'alice', 'wonderland');
    await isInside(page, 'alice');
  }));

inBoth('whom the authorisation server sends back enters with the password of the group', (browser) =>
  visiting(browser, 'tea', async (page) => {
    await submit(page, 'hatter', 'riddle');
    await isInside(page, 'hatter');
    assert.equal(authority.log.at(-1).outcome, 204);
  }));

inBoth('the portal asks, and sends back to the group, which lets in under the name it gave', (browser) =>
  visiting(browser, 'garden', async (page) => {
    await page.waitForSelector('input[name="username"]');
    assert.ok(page.url().startsWith(authority.url), page.url());
    await page.type('input[name="username"]', 'white rabbit');
    await page.type('input[name="password"]', 'too late');
    await page.click('button');
    await page.waitForSelector(named('login-submit'));
    assert.equal(new URL(page.url()).search, '', 'the token is taken out of the address');
    await page.click(named('login-submit'));
    await isInside(page, 'white rabbit');
  }));
