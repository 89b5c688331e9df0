// A registration page made from nothing but the document that the running fake serves, on the registered origin and on another one.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

import { check, control, done, endpoints, picture, site } from './lab.mjs';

const template = readFileSync(new URL('document_page.html', import.meta.url), 'utf8');

/** An origin of its own; what it serves is said later. */
async function origin() {
  const served = {};
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(template.replace('{{settings}}', () => JSON.stringify(served.settings).replaceAll('<', '\\u003c')));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  served.url = `http://127.0.0.1:${server.address().port}`;
  return served;
}

const provider = await site('Payment');
const [ours, theirs] = [await origin(), await origin()];
const event = await control('POST', '/v1/event-api/events', {
  scope: 'document page',
  name: 'Document page',
  origin: ours.url,
  payment_page_url: `${provider}/pay?`,
  passes: [{ name: 'Standard' }, { name: 'Workshop', price: '199.00', sessions: ['Cranes by hand'] }],
  sessions: [{ name: 'Opening' }, { name: 'Cranes by hand', capacity: 5 }],
});
const url = `${event.endpoint}/doc/public-api.json`;
const api = await fetch(url).then((answer) => answer.json());
const organizationId = event.endpoint.split('/').at(-2);
const settings = { token: event.token, path: { organizationId, readableEventId: event.readable_event_id } };
const seats = async () => {
  const { held, sold } = await control('GET', `/v1/event-api/events/${event.readable_event_id}`);
  return [held, sold];
};

/** The exchanges of the Event API that come from this origin while the work is done, as `method last-segment status`. */
async function calls(from, work) {
  const before = new Set((await control('GET', '/v1/journal?fake=event-api')).entries.map(({ seq }) => seq));
  await work();
  const { entries } = await control('GET', '/v1/journal?fake=event-api');
  return entries
    .filter(({ seq, request }) => !before.has(seq) && request.headers.some(([name, value]) => name === 'origin' && value === from.url))
    .map(({ request, status }) => `${request.method} ${new URL(request.target, url).pathname.split('/').at(-1)} ${status}`);
}

async function fillIn(page) {
  await page.getByRole('status').filter({ hasText: 'ready' }).waitFor();
  await page.getByLabel('firstName').fill('Ada');
  await page.getByLabel('lastName').fill('Ng');
  await page.getByLabel('email').fill('ada@example.test');
}
const told = (page, words) => page.getByRole('status').filter({ hasText: words }).waitFor();
const press = (page) => page.getByRole('button', { name: 'Register' }).click();

await check('registers-from-the-registered-origin', async (page) => {
  ours.settings = { ...settings, url };
  const made = await calls(ours, async () => {
    await page.goto(ours.url);
    await fillIn(page);
    const names = await page.locator('[name]').evaluateAll((controls) => controls.map(({ name }) => name));
    const properties = Object.keys(api.components.schemas.Attendee.properties).filter((name) => name !== 'responses');
    assert.deepEqual(names, properties, 'a control for every property, and none besides');
    await picture(page, 'form');
    await page.getByLabel('passId').selectOption({ label: 'Workshop' });
    await page.getByLabel('attendeeSessions').selectOption({ label: 'Cranes by hand' });
    await press(page);
    await page.waitForURL(`${provider}/pay?*`);
  });
  assert.deepEqual(made.slice(-2), ['OPTIONS registrations 204', 'POST registrations 200'], made.join('\n'));
  assert.equal(made[0], 'GET public-api.json 200', 'the document comes first');
  const link = new URL(page.url());
  assert.equal(link.searchParams.get('returnUrl'), ours.url);
  const purchase = await control('GET', `/v1/event-api/purchases/${link.searchParams.get('purchaseId')}`);
  assert.deepEqual([purchase.state, purchase.price], ['reserved', '199.00']);
  assert.deepEqual(await seats(), [1, 0]);
});

await check('what-is-wrong-is-told', async (page) => {
  await page.goto(ours.url);
  await fillIn(page);
  // The pass does not admit to it.
  await page.getByLabel('passId').selectOption({ label: 'Workshop' });
  await page.getByLabel('attendeeSessions').selectOption({ label: 'Opening' });
  await press(page);
  await told(page, /^refused: .*session/);
  assert.deepEqual(await seats(), [1, 0]);
});

const blocked = { refused: /blocked by CORS policy|net::ERR_FAILED/ };

await check(
  'another-origin-reads-no-document',
  async (page) => {
    theirs.settings = { ...settings, url };
    const made = await calls(theirs, async () => {
      await page.goto(theirs.url);
      await told(page, 'no document');
    });
    assert.deepEqual(made, ['GET public-api.json 200'], 'it came, and the browser kept it');
    assert.equal(await page.locator('form *').count(), 0, 'nothing is known to make a form of');
  },
  blocked,
);

/** The page with a copy of the document and no lists to choose from, so that it comes as far as registering. */
const copied = { ...api, paths: Object.fromEntries(Object.entries(api.paths).filter(([path]) => path.endsWith('/registrations'))) };

await check(
  'another-origin-does-not-register',
  async (page) => {
    theirs.settings = { ...settings, document: copied };
    const made = await calls(theirs, async () => {
      await page.goto(theirs.url);
      await fillIn(page);
      await press(page);
      await told(page, 'held back');
    });
    assert.deepEqual(made, ['OPTIONS registrations 403'], 'the browser asked, and the registration stayed with it');
    assert.deepEqual(await seats(), [1, 0]);
    // The same page is right where it belongs: with the copy, but from the registered origin, the registration goes out.
    ours.settings = theirs.settings;
    const right = await calls(ours, async () => {
      await page.goto(ours.url);
      await fillIn(page);
      await press(page);
      await told(page, 'refused: ');
    });
    assert.deepEqual(right, ['OPTIONS registrations 204', 'POST registrations 400'], 'without a pass');
  },
  blocked,
);

await check(
  'another-origin-without-a-preflight',
  async (page) => {
    theirs.settings = { ...settings, document: copied, kind: 'text/plain' };
    const made = await calls(theirs, async () => {
      await page.goto(theirs.url);
      await fillIn(page);
      await press(page);
      await told(page, 'held back');
    });
    assert.deepEqual(made, ['POST registrations 403'], 'text needs no leave to be sent, and is refused');
    assert.deepEqual(await seats(), [1, 0]);
  },
  blocked,
);

await check('preflights', async () => {
  const parameters = { organizationId, readableEventId: event.readable_event_id, sessionId: event.session_ids[0] };
  for (const [path, methods] of Object.entries(api.paths)) {
    const target = new URL(path.replace(/\{(\w+)\}/g, (_, name) => parameters[name] ?? event.event_id), endpoints.event_api.base);
    for (const method of Object.keys(methods)) {
      const ask = (from) =>
        fetch(target, {
          method: 'OPTIONS',
          headers: { origin: from, 'access-control-request-method': method.toUpperCase(), 'access-control-request-headers': 'content-type' },
        });
      const [allowed, refused] = [await ask(ours.url), await ask(theirs.url)];
      const lists = (name) => allowed.headers.get(`access-control-allow-${name}`)?.split(/,\s*/);
      assert.equal(allowed.status, 204, path);
      assert.equal(allowed.headers.get('access-control-allow-origin'), ours.url);
      assert.ok(lists('methods').includes(method.toUpperCase()) && lists('headers').includes('content-type'), path);
      assert.equal(allowed.headers.get('vary'), 'Origin');
      assert.deepEqual([refused.status, refused.headers.get('access-control-allow-origin')], [403, null], path);
    }
  }
});

await done();
