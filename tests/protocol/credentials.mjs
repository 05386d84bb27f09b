// JSON Web Tokens as an authorisation server would make them, and the keys for a group's description.

import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const encode = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

export function symmetricKey(alg = 'HS256', kid = undefined) {
  const secret = randomBytes(Number(alg.slice(2)) / 8);
  return {
    alg,
    kid,
    jwk: { kty: 'oct', alg, kid, k: secret.toString('base64url') },
    sign: (data) => createHmac(alg.replace('HS', 'sha'), secret).update(data).digest('base64url'),
  };
}

/// An HS256 key whose secret a description in a file has.
export function knownKey(k) {
  const secret = Buffer.from(k, 'base64url');
  return { alg: 'HS256', sign: (data) => createHmac('sha256', secret).update(data).digest('base64url') };
}

export function ellipticKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    alg: 'ES256',
    jwk: { ...publicKey.export({ format: 'jwk' }), alg: 'ES256' },
    sign: (data) => sign('sha256', Buffer.from(data), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url'),
  };
}

export function rsaKey() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    alg: 'RS256',
    jwk: { ...publicKey.export({ format: 'jwk' }), alg: 'RS256' },
    sign: (data) => sign('sha256', Buffer.from(data), privateKey).toString('base64url'),
  };
}

export const now = () => Math.floor(Date.now() / 1000);

/// A token for `group`, good for a minute; `claims` override, undefined ones are left out.
export function jsonWebToken(key, group, claims = {}, header = {}) {
  const head = encode({ typ: 'JWT', alg: key.alg, kid: key.kid, ...header });
  const body = encode({
    sub: 'visitor',
    aud: `https://any.example/group/${group}/`,
    permissions: ['present', 'message'],
    iat: now(),
    exp: now() + 60,
    ...claims,
  });
  return `${head}.${body}.${key.sign(`${head}.${body}`)}`;
}
