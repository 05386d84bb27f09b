// Writes signatures.json: JSON Web Tokens that are right, and many that are wrong in the ways that verifiers have got
// wrong before (the families of Project Wycheproof). Run it again to have other keys:
//   node make_signatures.mjs > signatures.json

import { constants, createHash, createHmac, createPublicKey, generateKeyPairSync, privateEncrypt, randomBytes, sign } from 'node:crypto';

const b64 = (data) => Buffer.from(data).toString('base64url');
const payload = b64(JSON.stringify({ sub: 'alice', exp: 4070908800, aud: 'https://a.example/group/g/' }));
const signedText = (alg) => `${b64(JSON.stringify({ alg }))}.${payload}`;
const out = [];
const add = (alg, jwk, comment, signature, isValid = false, text = signedText(alg)) =>
  out.push({ alg, comment, key: jwk, token: `${text}.${b64(signature)}`, valid: isValid });

const jwkOf = (keyObject, alg) => ({ ...createPublicKey(keyObject).export({ format: 'jwk' }), alg });
const flipped = (bytes, index) => {
  const copy = Buffer.from(bytes);
  copy[index < 0 ? copy.length + index : index] ^= 1;
  return copy;
};

function common(alg, jwk, right) {
  add(alg, jwk, 'right', right, true);
  add(alg, jwk, 'first bit changed', flipped(right, 0));
  add(alg, jwk, 'last bit changed', flipped(right, -1));
  add(alg, jwk, 'one byte missing at the end', right.subarray(0, -1));
  add(alg, jwk, 'one byte missing at the start', right.subarray(1));
  add(alg, jwk, 'one byte too many at the end', Buffer.concat([right, Buffer.from([0])]));
  add(alg, jwk, 'one byte too many at the start', Buffer.concat([Buffer.from([0]), right]));
  add(alg, jwk, 'twice', Buffer.concat([right, right]));
  add(alg, jwk, 'empty', Buffer.alloc(0));
  add(alg, jwk, 'all zero', Buffer.alloc(right.length));
  add(alg, jwk, 'all ones', Buffer.alloc(right.length, 0xff));
  add(alg, jwk, 'of another text', right, false, `${b64(JSON.stringify({ alg, typ: 'JWT' }))}.${payload}`);
}

for (const size of [256, 384, 512]) {
  const alg = `HS${size}`;
  const secret = randomBytes(size / 8);
  const jwk = { kty: 'oct', alg, k: b64(secret) };
  const mac = (hash) => createHmac(hash, secret).update(signedText(alg)).digest();
  common(alg, jwk, mac(`sha${size}`));
  add(alg, jwk, 'half of the code', mac(`sha${size}`).subarray(0, size / 16));
  for (const other of [256, 384, 512].filter((bits) => bits !== size)) add(alg, jwk, `code by SHA-${other}`, mac(`sha${other}`));
  add(alg, { ...jwk, k: b64(secret.subarray(1)) }, 'key too short', mac(`sha${size}`));
  add(alg, { ...jwk, k: b64(Buffer.concat([secret, secret])) }, 'key too long', mac(`sha${size}`));
}

const curves = {
  ES256: ['P-256', 'prime256v1', 32, 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'],
  ES384: ['P-384', 'secp384r1', 48, 'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973'],
  ES512: [
    'P-521', 'secp521r1', 66,
    '01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409',
  ],
};
for (const [alg, [crv, namedCurve, length, order]] of Object.entries(curves)) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve });
  const jwk = jwkOf(privateKey, alg);
  const hash = `sha${alg.slice(2)}`;
  const make = (options, digest = hash) => sign(digest, Buffer.from(signedText(alg)), { key: privateKey, ...options });
  const right = make({ dsaEncoding: 'ieee-p1363' });
  common(alg, jwk, right);
  const n = Buffer.from(order, 'hex');
  const number = (value) => Buffer.from(BigInt(value).toString(16).padStart(2 * length, '0'), 'hex');
  const [r, s] = [right.subarray(0, length), right.subarray(length)];
  const big = (bytes) => BigInt(`0x${bytes.toString('hex')}`);
  const order_ = big(n);
  const pair = (a, b) => Buffer.concat([a, b]);
  add(alg, jwk, 'DER instead of r and s', make({ dsaEncoding: 'der' }));
  add(alg, jwk, 'r is 0', pair(number(0), s));
  add(alg, jwk, 's is 0', pair(r, number(0)));
  add(alg, jwk, 'r and s are 1', pair(number(1), number(1)));
  add(alg, jwk, 'r is the order of the curve', pair(n, s));
  add(alg, jwk, 's is the order of the curve', pair(r, n));
  add(alg, jwk, 'both are the order of the curve', pair(n, n));
  add(alg, jwk, 's is the order minus one', pair(r, number(order_ - 1n)));
  add(alg, jwk, 'r and s exchanged', pair(s, r));
  add(alg, jwk, 's without its leading zeros and longer', pair(r, Buffer.concat([Buffer.from([0]), s])));
  add(alg, jwk, 'by another hash', make({ dsaEncoding: 'ieee-p1363' }, hash === 'sha256' ? 'sha384' : 'sha256'));
  if (alg === 'ES512') add(alg, jwk, 'r plus the order', pair(number(big(r) + order_), s));
  add(alg, { ...jwk, crv: crv === 'P-256' ? 'P-384' : 'P-256' }, 'key names another curve', right);
  add(alg, { ...jwk, y: b64(flipped(Buffer.from(jwk.y, 'base64url'), -1)) }, 'key is no point of the curve', right);
  add(alg, { ...jwk, x: b64(number(0)), y: b64(number(0)) }, 'key is the origin', right);
}

// DigestInfo of PKCS #1 v1.5 (RFC 8017 9.2), in variants.
const oids = { sha256: '608648016503040201', sha384: '608648016503040202', sha512: '608648016503040203' };
const der = (tag, ...parts) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, body.length]), body]);
};
function digestInfo(hash, text, { withNull = true, longForm = false, hashOid = hash } = {}) {
  const oid = der(0x06, Buffer.from(oids[hashOid], 'hex'));
  const algorithm = der(0x30, oid, ...(withNull ? [Buffer.from([0x05, 0x00])] : []));
  const digest = der(0x04, createHash(hash).update(text).digest());
  if (!longForm) return der(0x30, algorithm, digest);
  const body = Buffer.concat([algorithm, digest]);
  return Buffer.concat([Buffer.from([0x30, 0x81, body.length]), body]);
}

function rsaCases(alg, privateKey, bytes) {
  const jwk = jwkOf(privateKey, alg);
  const hash = `sha${alg.slice(2)}`;
  const text = signedText(alg);
  const isPss = alg.startsWith('PS');
  const pss = (saltLength, digest = hash) =>
    sign(digest, Buffer.from(text), { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
  const pkcs1 = (digest = hash) => sign(digest, Buffer.from(text), { key: privateKey, padding: constants.RSA_PKCS1_PADDING });
  const raw = (block) => privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, block);
  const padded = (info, { fill = 0xff, type = 1, tail = Buffer.alloc(0), padding } = {}) => {
    const length = padding ?? bytes - 3 - info.length - tail.length;
    const block = Buffer.concat([Buffer.from([0, type]), Buffer.alloc(length, fill), Buffer.from([0]), info, tail]);
    return raw(Buffer.concat([block, Buffer.alloc(bytes - block.length)]));
  };
  common(alg, jwk, isPss ? pss(Number(alg.slice(2)) / 8) : pkcs1());
  if (isPss) {
    add(alg, jwk, 'PKCS #1 v1.5 instead of PSS', pkcs1());
    add(alg, jwk, 'without salt', pss(0));
    add(alg, jwk, 'salt too short', pss(20));
    add(alg, jwk, 'by another hash', pss(hash === 'sha256' ? 48 : 32, hash === 'sha256' ? 'sha384' : 'sha256'));
    return;
  }
  const info = digestInfo(hash, text);
  add(alg, jwk, 'put together by hand', padded(info), true);
  add(alg, jwk, 'PSS instead of PKCS #1 v1.5', pss(Number(alg.slice(2)) / 8));
  add(alg, jwk, 'by another hash', pkcs1(hash === 'sha256' ? 'sha384' : 'sha256'));
  add(alg, jwk, 'the hash under the name of another', padded(digestInfo(hash, text, { hashOid: hash === 'sha256' ? 'sha512' : 'sha256' })));
  add(alg, jwk, 'without NULL in the algorithm', padded(digestInfo(hash, text, { withNull: false })));
  add(alg, jwk, 'BER length in long form', padded(digestInfo(hash, text, { longForm: true })));
  add(alg, jwk, 'the bare hash', padded(createHash(hash).update(text).digest()));
  add(alg, jwk, 'padding of zeros', padded(info, { fill: 0 }));
  add(alg, jwk, 'block type 0', padded(info, { type: 0, fill: 0xff }));
  add(alg, jwk, 'block type 2', padded(info, { type: 2 }));
  add(alg, jwk, 'short padding and zeros after the hash', padded(info, { padding: 8 }));
  add(alg, jwk, 'something after the hash', padded(info, { tail: Buffer.from([0xde, 0xad]) }));
}

const { privateKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2048 });
for (const alg of ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']) rsaCases(alg, rsa, 256);
{
  // With this exponent, padding that is not looked at can be forged (Bleichenbacher 2006).
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 });
  rsaCases('RS256', privateKey, 256);
  const { privateKey: short } = generateKeyPairSync('rsa', { modulusLength: 512 });
  add('RS256', jwkOf(short, 'RS256'), 'modulus too short', sign('sha256', Buffer.from(signedText('RS256')), short));
  const jwk = jwkOf(rsa, 'RS256');
  const forged = Buffer.concat([
    Buffer.from([0, 1]), Buffer.alloc(256 - 3 - 51, 0xff), Buffer.from([0]), digestInfo('sha256', signedText('RS256')),
  ]);
  add('RS256', { ...jwk, e: b64([1]) }, 'exponent of one', forged);
}

{
  const { privateKey } = generateKeyPairSync('ed25519');
  const jwk = jwkOf(privateKey, 'EdDSA');
  const right = sign(null, Buffer.from(signedText('EdDSA')), privateKey);
  common('EdDSA', jwk, right);
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const little = (bytes) => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
  const encode = (value) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
  const [r, s] = [right.subarray(0, 32), right.subarray(32)];
  add('EdDSA', jwk, 's plus the order', Buffer.concat([r, encode(little(s) + order)]));
  add('EdDSA', jwk, 's is the order', Buffer.concat([r, encode(order)]));
  add('EdDSA', jwk, 's is 0', Buffer.concat([r, Buffer.alloc(32)]));
  add('EdDSA', jwk, 'r and s exchanged', Buffer.concat([s, r]));
  add('EdDSA', { ...jwk, crv: 'Ed448' }, 'key names another curve', right);
  add('EdDSA', { ...jwk, x: b64(Buffer.from(jwk.x, 'base64url').subarray(1)) }, 'key too short', right);
}

process.stdout.write(`[\n${out.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`);
