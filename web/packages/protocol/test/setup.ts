import { webcrypto } from 'node:crypto';

// Browsers and later Nodes have it; Node 18 hides it behind a flag.
if (!('crypto' in globalThis)) Object.defineProperty(globalThis, 'crypto', { value: webcrypto });
