// The page of the organization's own origin: a script that calls the Web API there has no token, but a session.

import assert from 'node:assert/strict';

import { accessible, check, control, done, endpoints, fits, focused, picture, site } from './lab.mjs';

const { event_api: events, sample, dataverse, entra } = endpoints;
const organization = dataverse.url;
const stranger = await site('Somebody else');

const COMPLETED = 100000001;
const CANCELLED = 100000000;

/** Registers one attendee, and gives the id of the purchase, which waits for its payment. */
async function register() {
  const attendees = [{ firstName: 'Jane', lastName: 'Doe', email: 'jane@contoso.com', passId: sample.pass_id }];
  const answer = await fetch(`${events.base}/events/${sample.readable_event_id}/registrations?emApplicationtoken=${events.token}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ attendees }),
  });
  assert.equal(answer.status, 200, await answer.clone().text());
  return new URL((await answer.json()).redirectUrl).searchParams.get('purchaseId');
}

const state = async (purchase) => (await control('GET', `/v1/event-api/purchases/${purchase}`)).state;

/** The purchase as a service reads it, with a token. */
async function row(purchase) {
  const { client_id, client_secret, token_url } = entra;
  const form = { grant_type: 'client_credentials', client_id, client_secret, scope: `${organization}/.default` };
  const { access_token: token } = await (await fetch(token_url, { method: 'POST', body: new URLSearchParams(form) })).json();
  const answer = await fetch(`${organization}/api/data/v9.2/msevtmgt_eventpurchases(${purchase})?$select=msevtmgt_paid,msevtmgt_processed`, {
    headers: { authorization: `Bearer ${token}` },
  });
  assert.equal(answer.status, 200);
  return answer.json();
}

/** What a script of the page does, as Microsoft's page on payments shows it: no token, four headers, two arguments. */
const call = (page, purchase, status = COMPLETED, origin) =>
  page.evaluate(
    ([purchase, status, origin]) =>
      new Promise((resolve) => {
        const arguments_ = { msevtmgt_purchaseid: purchase, msevtmgt_paymentstatus: status };
        const request = new XMLHttpRequest();
        request.open('POST', `${origin ?? window.location.origin}/api/data/v9.1/msevtmgt_finalizeregistrationpayment`, true);
        request.setRequestHeader('Accept', 'application/json');
        request.setRequestHeader('Content-Type', 'application/json; charset=utf-8');
        request.setRequestHeader('OData-MaxVersion', '4.0');
        request.setRequestHeader('OData-Version', '4.0');
        request.withCredentials = origin !== null;
        request.onloadend = () => resolve([request.status, request.getResponseHeader('www-authenticate'), request.responseText]);
        request.send(JSON.stringify(arguments_));
      }),
    [purchase, status, origin ?? null],
  );

async function signIn(page) {
  await page.goto(organization);
  await page.getByRole('button', { name: 'Sign in as Administrator' }).click();
  await page.waitForURL(`${organization}/main.aspx`);
}

await check('nobody-is-signed-in', async (page) => {
  const purchase = await register();
  await page.goto(organization);
  assert.equal(page.url(), `${organization}/payloop/sign-in`);
  const [status, challenge, body] = await call(page, purchase);
  assert.deepEqual([status, body], [401, '']);
  assert.match(challenge, /^Bearer authorization_uri=\S+\/oauth2\/authorize, resource_id=\S+\/$/);
  assert.equal(await state(purchase), 'reserved');
});

await check('a-script-finalizes-by-the-session', async (page) => {
  const [paid, cancelled] = [await register(), await register()];
  await signIn(page);
  await picture(page, 'own_page');
  assert.deepEqual(await call(page, paid), [204, null, '']);
  assert.deepEqual(await call(page, cancelled, CANCELLED), [204, null, '']);
  assert.deepEqual([await state(paid), await state(cancelled)], ['completed', 'cancelled']);
  const { msevtmgt_paid, msevtmgt_processed } = await row(paid);
  assert.deepEqual([msevtmgt_paid, msevtmgt_processed], [true, true]);
  assert.equal((await row(cancelled)).msevtmgt_paid, false);
  const [status, , body] = await call(page, '6b1f0c0e-0000-4000-8000-000000000001');
  assert.equal(status, 404, body);
  // The journal tells the whole exchange, and not what the cookie holds.
  const { entries } = await control('GET', `/v1/journal?subject=${paid}`);
  const finalized = entries.filter((entry) => entry.request.method === 'POST' && entry.request.target.includes('finalizeregistrationpayment'));
  assert.equal(finalized.length, 1);
  const { cookies } = await page.context().storageState();
  assert.deepEqual(
    cookies.map(({ name, httpOnly, sameSite, path }) => ({ name, httpOnly, sameSite, path })),
    [{ name: 'CrmOwinAuth', httpOnly: true, sameSite: 'Strict', path: '/' }],
  );
  assert.ok(!JSON.stringify(entries).includes(cookies[0].value));
});

await check('a-person-finalizes-by-the-form', async (page) => {
  const purchase = await register();
  await signIn(page);
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'input: Purchase id');
  await page.keyboard.type('no id');
  await page.keyboard.press('Enter');
  await page.getByRole('status').filter({ hasText: '400 0x80048d19' }).waitFor();
  await page.getByLabel('Purchase id').fill(purchase);
  await page.getByLabel('Payment status').selectOption('Cancelled');
  await page.getByRole('button', { name: 'Finalize' }).click();
  await page.getByRole('status').filter({ hasText: '204' }).waitFor();
  assert.equal(await state(purchase), 'cancelled');
});

await check(
  'other-origins-are-nobody',
  async (page) => {
    const purchase = await register();
    await signIn(page);
    const own = await page.context().newPage();
    await own.goto(`${organization}/main.aspx`);
    // Another port of the same host: the cookie travels there and back.
    await page.goto(stranger);
    assert.deepEqual(await call(page, purchase, COMPLETED, organization), [0, null, '']);
    // What a browser sends to other origins without asking first.
    for (const kind of ['text/plain', 'application/x-www-form-urlencoded']) {
      await page.evaluate(
        ([url, kind, purchase]) =>
          fetch(url, {
            method: 'POST',
            mode: 'no-cors',
            credentials: 'include',
            headers: { 'content-type': kind },
            body: JSON.stringify({ msevtmgt_purchaseid: purchase, msevtmgt_paymentstatus: 100000001 }),
          }),
        [`${organization}/api/data/v9.1/msevtmgt_finalizeregistrationpayment`, kind, purchase],
      );
    }
    const read = await page.evaluate((url) => fetch(url, { credentials: 'include' }).then(() => 'read', () => 'refused'), `${organization}/api/data/v9.2/WhoAmI`);
    assert.equal(read, 'refused');
    assert.equal(await state(purchase), 'reserved');
    // A form of theirs goes where it wants, and comes back without having changed anything.
    for (const path of ['/payloop/sign-out', '/payloop/sign-in']) {
      await page.goto(stranger);
      const answered = page.waitForResponse((response) => response.url() === `${organization}${path}`);
      await page.evaluate((action) => {
        const form = Object.assign(document.createElement('form'), { method: 'post', action });
        document.body.append(form);
        form.submit();
      }, `${organization}${path}`);
      assert.equal((await answered).status(), 403);
      await page.waitForURL(`${organization}${path}`);
    }
    const { entries } = await control('GET', '/v1/journal?fake=dataverse');
    const foreign = entries.filter(({ request }) => request.headers.some(([name, value]) => name === 'origin' && value === stranger));
    assert.ok(foreign.length >= 5, `${foreign.length}`);
    const statuses = foreign.filter(({ request }) => request.target.startsWith('/api/')).map(({ status }) => status);
    assert.deepEqual([...new Set(statuses)], [401]);
    assert.deepEqual(await call(own, purchase), [204, null, ''], 'the session is what it was');
    assert.equal(await state(purchase), 'completed');
  },
  { refused: /blocked by CORS policy|net::ERR_FAILED/ },
);

await check('signing-out', async (page) => {
  const purchase = await register();
  await signIn(page);
  const { cookies } = await page.context().storageState();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(`${organization}/payloop/sign-in`);
  assert.deepEqual((await page.context().storageState()).cookies, []);
  // Whoever kept the cookie has nothing.
  await page.context().addCookies(cookies);
  assert.equal((await call(page, purchase))[0], 401);
  await page.goto(`${organization}/main.aspx`);
  assert.equal(page.url(), `${organization}/payloop/sign-in`);
  assert.equal(await state(purchase), 'reserved');
});

await check(
  'narrow-screen',
  async (page) => {
    await page.goto(organization);
    await fits(page, 'the sign-in');
    await signIn(page);
    await fits(page, 'the page');
    await picture(page, 'own_page_narrow');
  },
  { viewport: { width: 320, height: 600 } },
);

await check('accessible', async (page) => {
  await page.goto(organization);
  await accessible(page, 'the sign-in');
  await signIn(page);
  await accessible(page, 'the page');
});

await done();
