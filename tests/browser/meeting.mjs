// A person at the web client: what they click, what they see and hear.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { repository } from '../protocol/server.mjs';

const screenshots = join(process.env.HALCYON_ARTIFACTS ?? join(repository, 'artifacts'), 'browser');
const patience = 20_000;

const named = (name) => `[data-testid="${name}"]`;

export class Participant {
  #page;
  #log = [];

  /// Opens the group's page in a tab of its own, without the cookies and storage of others.
  static async arrive(browser, url, username) {
    const participant = new Participant();
    participant.username = username;
    participant.context = await browser.browser.createBrowserContext();
    const page = await participant.context.newPage();
    participant.#page = page;
    page.setDefaultTimeout(patience);
    page.on('console', (message) => participant.#log.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => participant.#log.push(`uncaught: ${error.message}`));
    // The browser's own figures, beside those that the client shows.
    await page.evaluateOnNewDocument(() => {
      window.testConnections = [];
      window.RTCPeerConnection = class extends window.RTCPeerConnection {
        constructor(...args) {
          super(...args);
          window.testConnections.push(this);
        }
      };
    });
    await page.goto(url, { timeout: patience });
    return participant;
  }

  /// What the page has written to its console; uncaught errors among it.
  get log() {
    return this.#log;
  }

  async login(password = '') {
    await this.#page.waitForSelector(named('login-form'));
    await this.#page.type(named('login-username'), this.username);
    if (password) await this.#page.type(named('login-password'), password);
    await this.click('login-submit');
    await this.#page.waitForSelector(named('user-entry'));
  }

  async click(name) {
    await this.#page.waitForSelector(named(name), { visible: true });
    await this.#page.click(named(name));
  }

  async say(line) {
    await this.#page.waitForSelector(named('chat-input'), { visible: true });
    await this.#page.type(named('chat-input'), line);
    await this.click('chat-send');
  }

  /// Waits until a line of chat holds the text.
  hears(text) {
    return this.#wait(
      (selector, wanted) => [...document.querySelectorAll(selector)].some((line) => line.textContent.includes(wanted)),
      `a chat line with "${text}"`,
      named('chat-message'),
      text,
    );
  }

  /// Waits until the user list holds exactly these.
  seesUsers(...names) {
    return this.#wait(
      (selector, wanted) => {
        const entries = [...document.querySelectorAll(selector)].map((entry) => entry.textContent);
        return entries.length === wanted.length && wanted.every((name) => entries.some((text) => text.includes(name)));
      },
      `a user list of ${names}`,
      named('user-entry'),
      names,
    );
  }

  /// Waits until this many pictures of others are on the page.
  seesTiles(count) {
    return this.#wait(
      (selector, wanted) =>
        [...document.querySelectorAll(selector)].filter(
          (tile) => !tile.hasAttribute('data-local') || tile.dataset.local === 'false',
        ).length === wanted,
      `${count} tiles of others`,
      named('tile'),
      count,
    );
  }

  async #wait(condition, what, ...args) {
    try {
      await this.#page.waitForFunction(condition, { timeout: patience, polling: 200 }, ...args);
    } catch (error) {
      throw new Error(`${this.username} waited in vain for ${what} (${error.message})\n${this.#log.join('\n')}`);
    }
  }

  /// What the tile of `username` shows and sounds like at this moment.
  #observe(username) {
    return this.#page.evaluate(
      async (selector, name) => {
        const tile = [...document.querySelectorAll(selector)].find(
          (candidate) =>
            candidate.dataset.username === name &&
            (!candidate.hasAttribute('data-local') || candidate.dataset.local === 'false'),
        );
        const video = tile?.querySelector('video');
        if (!video) return undefined;
        const canvas = document.createElement('canvas');
        canvas.width = 160;
        canvas.height = 120;
        const drawing = canvas.getContext('2d');
        drawing.drawImage(video, 0, 0, 160, 120);
        const { data } = drawing.getImageData(0, 0, 160, 120);
        let sum = 0;
        let squares = 0;
        const picture = [];
        for (let index = 0; index < data.length; index += 4) {
          const grey = (data[index] + data[index + 1] + data[index + 2]) / 3;
          sum += grey;
          squares += grey * grey;
          if (index % 64 === 0) picture.push(Math.round(grey));
        }
        const pixels = data.length / 4;
        const received = { frames: 0, energy: 0 };
        for (const connection of window.testConnections) {
          for (const report of (await connection.getStats()).values()) {
            if (report.type !== 'inbound-rtp') continue;
            received.frames += report.framesDecoded ?? 0;
            received.energy += report.totalAudioEnergy ?? 0;
          }
        }
        return {
          variance: squares / pixels - (sum / pixels) ** 2,
          received,
          size: [video.videoWidth, video.videoHeight],
          picture,
          decoded: Number(tile.dataset.framesDecoded),
          energy: Number(tile.dataset.audioEnergy),
        };
      },
      named('tile'),
      username,
    );
  }

  /// Waits until the other's picture moves, through whatever streams it comes.
  async seesMotion(username) {
    const deadline = Date.now() + patience;
    let last;
    for (;;) {
      const now = await this.#observe(username);
      if (last && now && now.picture.some((grey, index) => Math.abs(grey - last.picture[index]) > 2)) return;
      assert.ok(Date.now() < deadline, `${this.username} no longer sees ${username} move`);
      last = now;
      await delay(500);
    }
  }

  /// Over five seconds, the other's picture moves and is no flat colour, and the other is heard.
  async seesAndHears(username) {
    await this.#wait(
      (selector, name) =>
        [...document.querySelectorAll(selector)].some(
          (tile) => tile.dataset.username === name && Number(tile.dataset.framesDecoded) > 0 && tile.querySelector('video'),
        ),
      `frames from ${username}`,
      named('tile'),
      username,
    );
    const before = await this.#observe(username);
    await delay(5000);
    const now = await this.#observe(username);
    assert.ok(now && before, `${this.username} has no tile of ${username}`);
    const change = Math.max(...now.picture.map((grey, index) => Math.abs(grey - before.picture[index])));
    const facts = JSON.stringify({ change, before: { ...before, picture: [] }, now: { ...now, picture: [] } });
    assert.ok(now.decoded - before.decoded >= 25, `too few frames decoded: ${facts}`);
    assert.ok(change > 2, `the picture stands still: ${facts}`);
    assert.ok(now.size[0] > 0 && now.variance > 10, `the picture is flat: ${facts}`);
    assert.ok(now.received.frames - before.received.frames >= 25, `the browser decoded too few frames: ${facts}`);
    assert.ok(now.energy > before.energy, `the client shows no audio: ${facts}`);
    // A second of silence adds less than a ten-thousandth, even with comfort noise.
    assert.ok(now.received.energy - before.received.energy > 0.001, `silence: ${facts}`);
  }

  async screenshot(name) {
    mkdirSync(screenshots, { recursive: true });
    await this.#page.screenshot({ path: join(screenshots, `${name}.png`) });
  }

  async close() {
    await this.context.close();
  }
}
