// What the browser tests of a file share: both browsers, and one server with the built client.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { after, afterEach, before } from 'node:test';
import { repository, startServer } from '../protocol/server.mjs';
import { launch } from './browsers.mjs';
import { Participant } from './meeting.mjs';

export const client = join(repository, 'web', 'dist');
export const bothBrowsers = ['chromium', 'firefox'];

/// The password of `op`, who is in every group made by `openGroup()`.
export const operator = { username: 'op', password: 'secret' };
export const openGroup = (more = {}) => ({
  users: { op: { password: 'secret', permissions: 'op' } },
  'wildcard-user': { password: { type: 'wildcard' }, permissions: 'present' },
  ...more,
});

/// Launches the browsers before the tests of the file, starts a server, and ends all of it afterwards. People who have
/// arrived through it are sent away after each test unless `stay` is set.
export function setStage({ browsers: names = bothBrowsers, server: options = {}, stay = false, strictAutoplay = false } = {}) {
  const stage = {
    browsers: {},
    server: undefined,
    people: [],
    /// Opens the page of a group, or any other path, in one of the browsers.
    async arrive(browser, path, username, arrival) {
      const url = new URL(path, stage.server.origin).href;
      const person = await Participant.arrive(stage.browsers[browser], url, username, arrival);
      stage.people.push(person);
      return person;
    },
    /// A new group, and its page.
    group(description = openGroup()) {
      return `/group/${stage.server.group(description)}/`;
    },
    /// The status of a plain request, made by no browser.
    ask: (path) =>
      new Promise((done, failed) => {
        get(new URL(path, stage.server.origin), { rejectUnauthorized: false }, (response) => {
          response.resume();
          done(response.statusCode);
        }).once('error', failed);
      }),
    async sendAway() {
      for (const person of stage.people.splice(0)) await person.close();
    },
  };
  before(async () => {
    assert.ok(process.env.HALCYON_TEST_ADDRESS, 'these tests run under tests/in_namespace');
    assert.ok(existsSync(join(client, 'index.html')), 'the web client is built');
    stage.server = await startServer({ workers: 1, isSecure: true, staticRoot: client, ...options });
    for (const name of names) stage.browsers[name] = await launch(name, { strictAutoplay });
  });
  if (!stay) afterEach(() => stage.sendAway());
  after(async () => {
    await stage.sendAway();
    for (const browser of Object.values(stage.browsers)) await browser.close();
    await stage.server?.stop();
  });
  return stage;
}
