// Runs as a unit beside those of the installation, and prints what it sees of them as one JSON object.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { get } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '../protocol/client.mjs';
import { TurnClient } from '../protocol/turn_client.mjs';

const address = '203.0.113.5';

const status = (pid) => readFileSync(`/proc/${pid}/status`, 'utf8');
const field = (pid, name) => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status(pid))?.[1];

function processes() {
  const found = {};
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const name = field(pid, 'Name');
      if (!['signald', 'mediad', 'turnserver'].includes(name)) continue;
      const user = execFileSync('id', ['-nu', field(pid, 'Uid')], { encoding: 'utf8' }).trim();
      found[name] = { user, noNewPrivileges: field(pid, 'NoNewPrivs'), seccomp: field(pid, 'Seccomp'), capabilities: field(pid, 'CapEff') };
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}

/// The status of a page; the certificate is of the server's own making.
const ask = (path) =>
  new Promise((done) => {
    get(`https://${address}:8443${path}`, { rejectUnauthorized: false }, (answer) => done(answer.resume().statusCode)).on('error', () => done(0));
  });

async function isReady() {
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await ask('/readyz')) === 200) return true;
    await delay(50);
  }
  return false;
}

async function turn() {
  const client = await Client.connect({ webSocket: `wss://${address}:8443/ws` });
  client.send({ type: 'join', kind: 'join', group: 'open', username: 'ann', password: 'x' });
  const { rtcConfiguration } = await client.expect((message) => message.type === 'joined');
  client.terminate();
  const [{ urls, ...credentials }] = rtcConfiguration.iceServers ?? [{}];
  if (!urls) return { urls };
  // It is listed once it is started, and answers a moment later.
  const relay = new TurnClient(urls[0], credentials);
  const relayed = await relay.allocate();
  const worker = await relay.permission(address);
  relay.close();
  return { urls, relayed, worker };
}

const seen = { ready: await isReady() };
try {
  seen.turn = await turn();
} catch (error) {
  seen.turn = { error: String(error) };
}
seen.processes = processes();
execFileSync('systemctl', ['stop', 'halcyon-signald', 'halcyon-mediad@0']);
seen.left = Object.keys(processes());
console.log(JSON.stringify(seen));
