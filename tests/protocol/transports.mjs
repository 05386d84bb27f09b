// The ways to speak HTTP to a server, alike to a table of requests.

import { connect } from 'node:http2';
import { get } from './raw_http.mjs';
import { startServer } from './server.mjs';

/// As get() of raw_http.mjs, over HTTP/2 and a connection of its own. `isReset` tells an error code of the stream.
export function get2(server, target, { method = 'GET', headers = {}, body = '' } = {}) {
  return new Promise((done, failed) => {
    const session = connect(server.origin, { rejectUnauthorized: false });
    session.once('error', failed);
    const { Host: host = server.host, ...others } = headers;
    const fields = Object.entries(others).filter(([, value]) => value !== undefined);
    const stream = session.request(
      {
        ':method': method,
        ':path': target,
        ':authority': host,
        ...Object.fromEntries(fields),
        ...(body ? { 'content-length': Buffer.byteLength(body) } : {}),
      },
      { endStream: !body },
    );
    const response = { status: undefined, headers: {}, body: '', isReset: undefined };
    const chunks = [];
    stream.on('response', ({ ':status': status, ...received }) => {
      response.status = status;
      response.headers = Object.fromEntries(Object.entries(received).map(([name, value]) => [name, [value].flat().join(', ')]));
    });
    stream.on('data', (chunk) => chunks.push(chunk));
    stream.on('error', () => {
      response.isReset = stream.rstCode;
    });
    stream.on('close', () => {
      response.body = Buffer.concat(chunks).toString('utf8');
      session.close();
      done(response);
    });
    if (body) stream.end(body);
  });
}

export const transports = [
  { name: 'HTTP/1.1', isSecure: false, request: get },
  { name: 'HTTP/1.1 with TLS', isSecure: true, request: get },
  { name: 'HTTP/2', isSecure: true, request: get2 },
];

/// The one that HALCYON_TEST_TRANSPORT names: a whole file of tests can be run again over another transport.
export const chosen = transports.find(({ name }) => name === (process.env.HALCYON_TEST_TRANSPORT ?? 'HTTP/1.1'));
export const startChosen = (options) => startServer({ ...options, isSecure: chosen.isSecure });

/// Two servers with the same files, one of them with TLS.
export class Pair {
  static async start(options) {
    const pair = new Pair();
    [pair.plain, pair.secure] = await Promise.all([startServer(options), startServer({ ...options, isSecure: true })]);
    return pair;
  }

  for({ isSecure }) {
    return isSecure ? this.secure : this.plain;
  }

  async stop() {
    await this.plain.stop();
    await this.secure.stop();
  }
}
