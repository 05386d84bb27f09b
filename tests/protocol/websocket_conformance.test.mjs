// RFC 6455, frame by frame: what a correct client may send is understood, what it may not ends the connection.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startServer } from './server.mjs';
import { RawWebSocket, binary, close, closePayload, frame, ping, pong, text } from './websocket_frames.mjs';

const mebibyte = 1024 * 1024;
let server;
before(async () => {
  server = await startServer({ workers: 0 });
});
after(() => server.stop());

const handshake = JSON.stringify({ type: 'handshake', version: ['2'], id: 'a' });

/// A connection of its own for each case, which is closed whatever happens.
function on(name, run) {
  test(name, { timeout: 20_000 }, async () => {
    const socket = await RawWebSocket.open(server);
    try {
      await run(socket);
    } finally {
      socket.destroy();
    }
  });
}

/// The server takes a message if it answers the handshake in it.
async function assertUnderstood(socket) {
  const answer = await socket.read();
  assert.ok(answer, 'the connection was ended');
  assert.equal(answer.opcode, text);
  assert.equal(answer.isMasked, false);
  assert.equal(JSON.parse(answer.payload).type, 'handshake');
}

/// The server ends the connection, with one of these codes if it sends a close frame.
async function assertEnded(socket, ...codes) {
  const frames = await socket.rest();
  for (const { opcode, code } of frames) {
    assert.equal(opcode, close, 'nothing but a close frame is sent');
    assert.ok(codes.includes(code), `closed with ${code}`);
  }
}

// Framing.
on('a text message is understood', async (socket) => {
  socket.send(frame(text, handshake));
  await assertUnderstood(socket);
});
on('a binary message is understood', async (socket) => {
  socket.send(frame(binary, handshake));
  await assertUnderstood(socket);
});
for (const lengthBytes of [2, 8]) {
  on(`a length written in ${lengthBytes} bytes is understood`, async (socket) => {
    socket.send(frame(text, handshake.padEnd(lengthBytes === 2 ? 200 : 70_000), { lengthBytes }));
    await assertUnderstood(socket);
  });
}
for (const size of [1, 2, 3, 7]) {
  on(`frames that arrive ${size} bytes at a time are understood`, async (socket) => {
    const bytes = Buffer.concat([
      frame(text, handshake.slice(0, 10), { fin: false }),
      frame(ping, 'between'),
      frame(0, handshake.slice(10)),
    ]);
    await socket.sendInPieces(bytes, size);
    const answer = await socket.read();
    assert.equal(answer.opcode, pong);
    assert.equal(answer.payload.toString(), 'between');
    await assertUnderstood(socket);
  });
}
// RFC 6455 5.5.3: not each of several pings needs its pong.
on('of several pings at least one is answered, and a message among them is understood', async (socket) => {
  socket.send(frame(ping, '1'), frame(text, handshake), frame(ping, '2'));
  const seen = new Set();
  while (!seen.has(text) || !seen.has(pong)) seen.add((await socket.read()).opcode);
});
for (const length of [125, 126, 127, 128, 65_535, 65_536, 65_537, mebibyte]) {
  on(`a message of ${length} bytes is understood`, async (socket) => {
    socket.send(frame(text, handshake.padEnd(length)));
    await assertUnderstood(socket);
  });
}
// RFC 6455 5.1.
for (const [what, opcode, payload] of [['message', text, handshake], ['ping', ping, 'x'], ['close', close, closePayload(1000)]]) {
  on(`an unmasked ${what} ends the connection with 1002`, async (socket) => {
    socket.send(frame(opcode, payload, { masked: false }));
    await assertEnded(socket, 1002);
  });
}
on('an unmasked frame behind a masked one ends the connection with 1002', async (socket) => {
  socket.send(frame(text, handshake));
  await assertUnderstood(socket);
  socket.send(frame(text, handshake, { masked: false }));
  await assertEnded(socket, 1002);
});
for (const rsv of [1, 2, 3, 4, 5, 6, 7]) {
  on(`reserved bits ${rsv} end the connection`, async (socket) => {
    socket.send(frame(text, handshake, { rsv }));
    await assertEnded(socket, 1002);
  });
}
for (const opcode of [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) {
  on(`the reserved opcode ${opcode} ends the connection`, async (socket) => {
    socket.send(frame(opcode, ''));
    await assertEnded(socket, 1002);
  });
}

// Fragmentation.
on('a message in many fragments, some empty, is understood', async (socket) => {
  const pieces = [...handshake].map((letter) => frame(0, letter, { fin: false }));
  socket.send(frame(text, '', { fin: false }), ...pieces, frame(0, '', { fin: false }), frame(0, ''));
  await assertUnderstood(socket);
});
on('a continuation of nothing ends the connection', async (socket) => {
  socket.send(frame(0, handshake));
  await assertEnded(socket, 1002);
});
on('a new message within another ends the connection', async (socket) => {
  socket.send(frame(text, '{', { fin: false }), frame(text, handshake));
  await assertEnded(socket, 1002);
});
on('a continuation after the last fragment ends the connection', async (socket) => {
  socket.send(frame(text, handshake.slice(0, 3), { fin: false }), frame(0, handshake.slice(3)), frame(0, 'x'));
  const frames = await socket.rest();
  for (const { opcode, code } of frames) assert.ok(opcode === text || code === 1002, `${opcode} ${code}`);
});

// Control frames.
for (const payload of ['', 'hello', Buffer.from([0, 255, 254, 128]), 'x'.repeat(125)]) {
  on(`a ping with ${payload.length} bytes is answered with the same bytes`, async (socket) => {
    socket.send(frame(ping, payload));
    const answer = await socket.read();
    assert.equal(answer.opcode, pong);
    assert.deepEqual(answer.payload, Buffer.from(payload));
  });
}
on('a pong that nobody asked for is passed over', async (socket) => {
  socket.send(frame(pong, 'unasked'), frame(text, handshake));
  await assertUnderstood(socket);
});
for (const opcode of [close, ping, pong]) {
  on(`a control frame ${opcode} of 126 bytes ends the connection`, async (socket) => {
    socket.send(frame(opcode, 'x'.repeat(126)));
    await assertEnded(socket, 1002);
  });
  on(`a fragmented control frame ${opcode} ends the connection`, async (socket) => {
    socket.send(frame(opcode, '', { fin: false }));
    await assertEnded(socket, 1002);
  });
}

// Sizes.
on('a message one byte beyond the limit ends the connection with 1009', async (socket) => {
  socket.send(frame(text, handshake.padEnd(mebibyte + 1)));
  await assertEnded(socket, 1009);
});
on('fragments that add up beyond the limit end the connection with 1009', async (socket) => {
  const piece = ' '.repeat(mebibyte / 4);
  socket.send(frame(text, piece, { fin: false }), ...Array.from({ length: 4 }, () => frame(0, piece, { fin: false })));
  await assertEnded(socket, 1009);
});
on('a length with its highest bit set ends the connection', async (socket) => {
  socket.send(frame(text, '', { length: 1n << 63n, lengthBytes: 8 }));
  await assertEnded(socket, 1002, 1009);
});

// UTF-8, with its one close code.
const badText = [
  ['a byte that never occurs', [0xff]],
  ['a lone continuation', [0x80]],
  ['an overlong slash', [0xc0, 0xaf]],
  ['an overlong NUL', [0xe0, 0x80, 0x80]],
  ['a surrogate', [0xed, 0xa0, 0x80]],
  ['more than U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
  ['five bytes', [0xf8, 0x88, 0x80, 0x80, 0x80]],
  ['a cut character', [0xe2, 0x82]],
];
for (const [what, bytes] of badText) {
  on(`text with ${what} ends the connection`, async (socket) => {
    socket.send(frame(text, Buffer.concat([Buffer.from('"'), Buffer.from(bytes)])));
    await assertEnded(socket, 1007);
  });
}
on('bad text in an early fragment ends the connection before the message is complete', async (socket) => {
  socket.send(frame(text, Buffer.from([0x22, 0xc0, 0xaf]), { fin: false }));
  await assertEnded(socket, 1007);
});
on('a character that is cut by fragments is understood', async (socket) => {
  const bytes = Buffer.from(JSON.stringify({ type: 'handshake', version: ['2'], id: 'é€😀' }));
  const pieces = [...bytes].map((byte, index) =>
    frame(index === 0 ? text : 0, Buffer.from([byte]), { fin: index === bytes.length - 1 }),
  );
  socket.send(...pieces);
  await assertUnderstood(socket);
});

// Closing.
for (const code of [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999]) {
  on(`a close with code ${code} is echoed, and the connection ends`, async (socket) => {
    socket.send(frame(close, closePayload(code, 'bye')));
    const answer = await socket.read();
    assert.equal(answer.opcode, close);
    assert.equal(answer.code, code);
    assert.equal(await socket.read(), undefined);
  });
}
on('a close without a code is answered by a close', async (socket) => {
  socket.send(frame(close));
  const [answer, ...others] = await socket.rest();
  if (answer) assert.equal(answer.opcode, close);
  assert.deepEqual(others, []);
});
for (const code of [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535]) {
  on(`a close with the code ${code}, which may not be sent, ends the connection`, async (socket) => {
    socket.send(frame(close, closePayload(code)));
    await assertEnded(socket, 1002);
  });
}
on('a close with half a code ends the connection', async (socket) => {
  socket.send(frame(close, Buffer.from([3])));
  await assertEnded(socket, 1002);
});
on('a close whose reason is no UTF-8 ends the connection', async (socket) => {
  socket.send(frame(close, Buffer.concat([closePayload(1000), Buffer.from([0xff])])));
  await assertEnded(socket, 1002, 1007);
});
on('what follows a close is not read', async (socket) => {
  socket.send(frame(close, closePayload(1000)), frame(text, handshake), frame(ping, 'x'));
  const frames = await socket.rest();
  assert.ok(frames.every(({ opcode }) => opcode === close));
});
