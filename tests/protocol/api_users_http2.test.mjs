// The tests of api_users.test.mjs over HTTP/2.

process.env.HALCYON_TEST_TRANSPORT = 'HTTP/2';
await import('./api_users.test.mjs');
