// The tests of api_descriptions.test.mjs over HTTP/2.

process.env.HALCYON_TEST_TRANSPORT = 'HTTP/2';
await import('./api_descriptions.test.mjs');
