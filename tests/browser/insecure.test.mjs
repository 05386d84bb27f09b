// Over plain HTTP browsers give a page neither devices nor the finer things; what is left has to work.

import { test } from 'node:test';
import { bothBrowsers, openGroup, setStage } from './stage.mjs';

const stage = setStage({ server: { isSecure: false } });

for (const browser of bothBrowsers) {
  test(`a page that was not opened over HTTPS says what is missing, and lets one chat (${browser})`, { timeout: 60_000 }, async () => {
    const path = stage.group(openGroup());
    const person = await stage.arrive(browser, path, 'ada');
    await person.sees('login-form', 'not opened over HTTPS');
    await person.login();
    const other = await stage.arrive(browser, path, 'bert');
    await other.login();
    await person.say('hello in the clear');
    await other.hears('hello in the clear');
    await person.seesUsers('ada', 'bert');
    await person.click('raise-hand');
    await other.waits(() => document.querySelector('[data-username=ada] .hand'), 'the raised hand');
    await person.assertClean();
  });
}
