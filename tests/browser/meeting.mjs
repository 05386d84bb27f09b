// A person at the web client: what they click, what they see and hear.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { repository } from '../protocol/server.mjs';

const screenshots = join(process.env.HALCYON_ARTIFACTS ?? join(repository, 'artifacts'), 'browser');
const patience = 20_000;

const named = (name) => `[data-testid="${name}"]`;

/// Runs in the page before anything of its own: the browser's figures beside those that the client shows, what the
/// Content-Security-Policy has stopped, long tasks, and the settings that the visitor has from an earlier visit.
function prepare(settings) {
  window.testConnections = [];
  window.RTCPeerConnection = class extends window.RTCPeerConnection {
    constructor(...args) {
      super(...args);
      window.testConnections.push(this);
    }
  };
  window.testSockets = [];
  window.WebSocket = class extends window.WebSocket {
    constructor(...args) {
      super(...args);
      window.testSockets.push(this);
    }
  };
  window.testViolations = [];
  document.addEventListener('securitypolicyviolation', (event) => {
    window.testViolations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
  });
  try {
    if (settings && !localStorage.getItem('halcyon-settings')) {
      localStorage.setItem('halcyon-settings', JSON.stringify(settings));
    }
  } catch {
    // A page without an origin, such as the blank one.
  }
}

export class Participant {
  #page;
  #log = [];
  #requests = [];

  /// Opens a page in a tab of its own, without the cookies and storage of others. `settings` are those stored by an
  /// earlier visit, `before` may change the page before it loads anything.
  static async arrive(browser, url, username, { settings, viewport, before } = {}) {
    const participant = new Participant();
    participant.username = username;
    participant.context = await browser.browser.createBrowserContext();
    const page = await participant.context.newPage();
    participant.#page = page;
    page.setDefaultTimeout(patience);
    page.on('console', (message) => participant.#log.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => participant.#log.push(`uncaught: ${error.message}`));
    page.on('request', (request) => participant.#requests.push(request.url()));
    await page.evaluateOnNewDocument(prepare, settings);
    if (viewport) await page.setViewport(viewport);
    await before?.(page);
    await page.goto(url, { timeout: patience });
    return participant;
  }

  /// The tab, for what only one test does.
  get page() {
    return this.#page;
  }

  /// What the page has written to its console; uncaught errors among it.
  get log() {
    return this.#log;
  }

  /// The page has thrown nothing, broken no rule of its Content-Security-Policy, and asked nobody but its own server.
  async assertClean(...allowedOrigins) {
    const { origin } = new URL(this.#page.url());
    const ours = [origin, `${origin.replace('http', 'ws')}`, ...allowedOrigins];
    assert.deepEqual(this.#log.filter((line) => line.startsWith('uncaught') || /Content.Security.Policy/i.test(line)), []);
    assert.deepEqual(await this.#page.evaluate(() => window.testViolations), []);
    assert.deepEqual(
      this.#requests.filter(
        (url) => !/^(blob|data|about):/.test(url) && !ours.some((allowed) => new URL(url).origin === allowed),
      ),
      [],
    );
  }

  async login(password = '') {
    await this.fill('login-username', this.username);
    if (password) await this.fill('login-password', password);
    await this.click('login-submit');
    await this.isInside();
  }

  /// Waits until the group has been entered.
  isInside() {
    return this.sees('leave');
  }

  async click(name) {
    await this.#page.waitForSelector(named(name), { visible: true });
    await this.#page.click(named(name));
  }

  /// Puts a text into a field, in the place of what is there.
  async fill(name, text) {
    await this.#page.waitForSelector(named(name), { visible: true });
    await this.#page.$eval(named(name), (field) => field.select());
    await this.#page.type(named(name), text);
  }

  /// Waits until something with this name is on the page and, if given, holds the text.
  sees(name, text = '') {
    return this.#wait(
      (selector, wanted) =>
        [...document.querySelectorAll(selector)].some(
          (element) =>
            element.checkVisibility?.() !== false &&
            (element.matches('input, textarea') ? element.value : element.textContent).includes(wanted),
        ),
      `${name}${text && ` with "${text}"`}`,
      named(name),
      text,
    );
  }

  /// Waits until nothing with this name is on the page, or nothing that holds the text.
  seesNo(name, text = '') {
    return this.#wait(
      (selector, wanted) =>
        ![...document.querySelectorAll(selector)].some((element) => element.textContent.includes(wanted)),
      `the end of ${name}${text && ` with "${text}"`}`,
      named(name),
      text,
    );
  }

  /// The text of the first element with this name.
  text(name) {
    return this.#page.$eval(named(name), (element) =>
      element.matches('input, textarea') ? element.value : element.textContent,
    );
  }

  count(name) {
    return this.#page.$$eval(named(name), (elements) => elements.length);
  }

  /// Writes a line of chat, which may be a command.
  async command(line) {
    await this.fill('chat-input', line);
    await this.#page.keyboard.press('Enter');
  }

  /// Opens the menu of another user and chooses from it.
  async chooseFor(username, item) {
    await this.#page.waitForSelector(`${named('user-entry')}[data-username="${username}"]`);
    await this.#page.click(`${named('user-entry')}[data-username="${username}"] ${named('user-menu')}`);
    await this.click(`menu-${item}`);
  }

  async chooseForGroup(item) {
    await this.click('group-menu');
    await this.click(`menu-${item}`);
  }

  /// Waits until a condition holds in the page; `what` says it in a failure.
  waits(condition, what, ...args) {
    return this.#wait(condition, what, ...args);
  }

  async say(line) {
    await this.fill('chat-input', line);
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

  /// Does something that puts another stream in the place of what comes from `username`, and waits for its pictures.
  async seesReplaced(username, action) {
    const connections = () => this.#page.evaluate(() => window.testConnections.length);
    const before = await connections();
    await action();
    await this.#wait(
      (selector, name, count) =>
        window.testConnections.length > count &&
        [...document.querySelectorAll(selector)].some(
          (tile) =>
            tile.dataset.username === name && tile.dataset.local === 'false' && Number(tile.dataset.framesDecoded) > 5 &&
            Number(tile.dataset.framesDecoded) < 100,
        ),
      `another stream of ${username}`,
      named('tile'),
      username,
      before,
    );
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
    let before = await this.#observe(username);
    let now;
    // A stream that is put in the place of another meanwhile counts from nothing, and is observed anew.
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await delay(5000);
      now = await this.#observe(username);
      if (!now || !before) break;
      const decoded = now.decoded - before.decoded;
      const received = now.received.frames - before.received.frames;
      // Where the browser has decoded frames that the client does not count, its first count was that of the earlier stream.
      if (before.size[0] > 0 && decoded >= 0 && received >= 0 && !(decoded < 25 && received >= 25)) break;
      before = now;
    }
    assert.ok(now && before, `${this.username} has no tile of ${username}`);
    const change = Math.max(...now.picture.map((grey, index) => Math.abs(grey - before.picture[index])));
    const facts = JSON.stringify({ change, before: { ...before, picture: [] }, now: { ...now, picture: [] } });
    assert.ok(now.decoded - before.decoded >= 25, `too few frames decoded: ${facts}`);
    assert.ok(change > 2, `the picture stands still: ${facts}`);
    // Firefox's fake camera shows one colour after the other, some of which hardly differ from its moving square.
    assert.ok(now.size[0] > 0 && Math.max(now.variance, before.variance) > 10, `the picture is flat: ${facts}`);
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
