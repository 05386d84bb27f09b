// HTTP written by hand, for requests that no client library lets through.

import { connect } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { address } from './server.mjs';

function parse(bytes) {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return { status: undefined, headers: {}, body: '', raw: bytes.toString('latin1') };
  const [line, ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = {};
  for (const header of lines) {
    const colon = header.indexOf(':');
    headers[header.slice(0, colon).toLowerCase()] = header.slice(colon + 1).trim();
  }
  return {
    status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(line)?.[1]),
    headers,
    body: bytes.subarray(end + 4).toString('utf8'),
    raw: bytes.toString('latin1'),
  };
}

function isComplete(bytes) {
  const { status, headers } = parse(bytes);
  if (status === undefined) return false;
  const length = bytes.length - bytes.indexOf('\r\n\r\n') - 4;
  if (status === 101 || status === 204 || status === 304) return true;
  if (headers['content-length'] !== undefined) return length >= Number(headers['content-length']);
  if (headers['transfer-encoding'] === 'chunked') return bytes.subarray(-5).toString('latin1') === '0\r\n\r\n';
  return false;
}

/// Sends the bytes and reads one response, until it is complete, the server closes, or `seconds` have passed.
export function exchange(server, bytes, { seconds = 5, isSecure = server.isSecure, isHead = false } = {}) {
  return new Promise((done, failed) => {
    const options = { port: server.port, host: address, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] };
    const socket = isSecure ? connectSecurely(options) : connect(options);
    let received = Buffer.alloc(0);
    const finish = (isClosed) => {
      clearTimeout(timer);
      socket.destroy();
      done({ ...parse(received), isClosed });
    };
    const timer = setTimeout(() => finish(false), seconds * 1000);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (isComplete(received) || (isHead && received.includes('\r\n\r\n'))) finish(false);
    });
    socket.on('close', () => finish(true));
    socket.on('error', (error) => {
      if (error.code === 'ECONNREFUSED') {
        clearTimeout(timer);
        failed(error);
      }
    });
    socket.on(isSecure ? 'secureConnect' : 'connect', () => socket.write(bytes));
  });
}

/// A request with the target written exactly as given.
export function get(server, target, { method = 'GET', headers = {}, body = '', ...options } = {}) {
  const fields = { Host: server.host, ...headers, ...(body ? { 'Content-Length': Buffer.byteLength(body) } : {}) };
  const lines = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}\r\n`);
  return exchange(server, `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body}`, {
    ...options,
    isHead: method === 'HEAD',
  });
}
