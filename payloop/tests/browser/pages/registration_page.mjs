// The page where visitors register, as a visitor meets it: with script the browser calls the Event API, without it the page's server does.

import assert from 'node:assert/strict';

import { accessible, check, control, done, endpoints, fits, focused, picture, site } from './lab.mjs';

const { event_api: events, registration_page: own, stranger, sample, stripe } = endpoints;
const home = `${own.url}/`;
const withoutScript = { javaScriptEnabled: false };

/** The exchanges of the Event API that this work causes, as `method path origin`. */
async function calls(work) {
  const before = new Set((await control('GET', '/v1/journal?fake=event-api')).entries.map(({ seq }) => seq));
  await work();
  const { entries } = await control('GET', '/v1/journal?fake=event-api');
  return entries
    .filter(({ seq }) => !before.has(seq))
    .map(({ request }) => {
      const path = new URL(request.target, events.base).pathname.split('/eventmanagement')[1];
      const origin = request.headers.find(([name]) => name === 'origin')?.[1] ?? 'no origin';
      return `${request.method} ${path} ${origin}`;
    });
}

const state = async (purchase) => (await control('GET', `/v1/event-api/purchases/${purchase}`)).state;
const attendees = async (purchase) => (await control('GET', `/v1/event-api/purchases/${purchase}`)).attendees;

/** An event of its own for a check. */
const arrange = (name, more) => control('POST', '/v1/event-api/events', { scope: name, name, ...more });

/** Takes a place of an event, as somebody else does. */
async function takePlace(event, passId) {
  const person = { firstName: 'Somebody', lastName: 'Else', email: 'else@contoso.com', passId };
  const answer = await fetch(event.registration_url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ attendees: [person] }),
  });
  assert.equal(answer.status, 200, await answer.text());
}

/** Fills in one person. */
async function person(page, number, first, last, pass = 'Standard, $49.50') {
  await page.locator(`#first-name-${number}`).fill(first);
  await page.locator(`#last-name-${number}`).fill(last);
  await page.locator(`#email-${number}`).fill(`${first}.${last}@example.com`);
  if (pass) {
    const label = await page.locator(`#pass-${number} option`, { hasText: pass }).textContent();
    await page.locator(`#pass-${number}`).selectOption({ label });
  }
}

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

/** Pays on Stripe's page, where the redirects have led; the purchase. */
async function pay(page) {
  await page.waitForURL(`${stripe.api_base}/c/pay/*`);
  await page.getByLabel('E-mail').fill('ada@example.com');
  await page.getByLabel('Name').fill('Ada Buyer');
  await page.getByLabel('Card number').fill('4242 4242 4242 4242');
  await page.getByLabel('Expiry (MM/YY)').fill('12/34');
  await page.getByLabel('Security code').fill('123');
  await page.locator('button[type=submit]').first().click();
  await page.waitForURL(home);
  await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor();
  return page.locator('#reference').textContent();
}

/** From the list of events to the paid place. */
async function walk(page) {
  await page.goto(home);
  await page.getByRole('link', { name: 'Paid Event' }).click();
  await page.getByRole('heading', { level: 1, name: 'Paid Event' }).waitFor();
  await person(page, 1, 'Ada', 'Ng');
  await press(page, 'Register');
  const purchase = await pay(page);
  assert.equal(await state(purchase), 'completed');
  // What was said once is not said again.
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'Events' }).waitFor();
}

const registration = `/events/${sample.readable_event_id}/registrations`;

await check('registers-and-pays', async (page) => {
  await page.goto(home);
  await picture(page, 'events');
  await page.goto(`${home}events/${sample.readable_event_id}`);
  await picture(page, 'event');
  const made = await calls(() => walk(page));
  assert.ok(made.includes(`OPTIONS ${registration} ${own.url}`), `the browser asks first: ${made.join('\n')}`);
  assert.deepEqual(made.filter((call) => call.startsWith('POST')), [`POST ${registration} ${own.url}`]);
  assert.ok(made.includes(`GET /events/published ${own.url}`), 'the script reads, too');
});

await check(
  'registers-and-pays-without-script',
  async (page) => {
    const made = await calls(() => walk(page));
    assert.deepEqual(made.filter((call) => !call.startsWith('GET')), [`POST ${registration} no origin`]);
    assert.ok(made.every((call) => call.endsWith('no origin')), 'only the page itself calls');
  },
  withoutScript,
);

/** Three people begin, two of them register. */
const several = (name) => async (page) => {
  await page.goto(`${home}events/${sample.readable_event_id}`);
  await person(page, 1, 'Ada', 'Ng');
  await press(page, 'Add another person');
  await page.locator('#first-name-2:focus').waitFor();
  assert.equal(await focused(page), 'input: First name');
  assert.equal(await page.locator('#first-name-1').inputValue(), 'Ada', 'what was typed stays');
  await person(page, 2, 'Not', 'Coming');
  await press(page, 'Add another person');
  await person(page, 3, 'Bo', 'Li', 'Workshop, $199');
  await picture(page, name);
  await press(page, 'Remove person 2');
  assert.equal(await page.locator('#first-name-2').inputValue(), 'Bo');
  await press(page, 'Register 2 people');
  const purchase = await pay(page);
  await page.getByText('Paid Event: 2 people').waitFor();
  await picture(page, 'thank-you');
  assert.equal(await attendees(purchase), 2);
  assert.equal(await state(purchase), 'completed');
};

await check('several-people', several('several'));
await check('several-people-without-script', several('several-without-script'), withoutScript);

await check('free', async (page) => {
  await page.goto(home);
  await page.getByRole('link', { name: 'Free Meetup' }).click();
  await person(page, 1, 'Ada', 'Ng', null);
  await press(page, 'Register');
  await page.getByRole('heading', { level: 1, name: 'You are registered' }).waitFor();
  await picture(page, 'free');
});

/** Every field is wrong at first, and each fault leads to its field. */
async function faults(page, words) {
  await page.goto(`${home}events/${sample.readable_event_id}`);
  await page.getByLabel('E-mail').fill('nobody');
  await page.getByLabel('Last name').fill('  ');
  await press(page, 'Register');
  await page.getByRole('alert').getByRole('listitem').first().waitFor();
  const told = await page.getByRole('alert').getByRole('listitem').allTextContents();
  assert.deepEqual(told.map((text) => text.split(':')[0]), ['First name', 'Last name', 'E-mail', 'Pass'], told.join('\n'));
  assert.ok(told.every((text) => words.test(text)), told.join('\n'));
  assert.equal(await page.evaluate(() => document.activeElement.id), 'problems', 'one is told at once');
  for (const [index, id] of ['first-name-1', 'last-name-1', 'email-1', 'pass-1'].entries()) {
    const field = page.locator(`#${id}`);
    assert.equal(await field.getAttribute('aria-invalid'), 'true');
    assert.equal(await page.locator(`#${await field.getAttribute('aria-describedby')}`).textContent(), told[index]);
    await page.getByRole('alert').getByRole('link', { name: told[index] }).click();
    assert.equal(await page.evaluate(() => document.activeElement.id), id);
  }
  await accessible(page, 'a form with faults');
}

await check('faults-lead-to-their-fields', async (page) => {
  const made = await calls(async () => {
    await faults(page, /\S+/);
    await picture(page, 'faults');
    // Corrected, the faults are gone and the way is free.
    await person(page, 1, 'Ada', 'Ng');
    await press(page, 'Register');
    await page.waitForURL(`${stripe.api_base}/c/pay/*`);
  });
  assert.equal(made.filter((call) => call.startsWith('POST')).length, 1, 'nothing was sent with faults');
});

await check(
  'faults-without-script',
  async (page) => {
    await page.goto(`${home}events/${sample.readable_event_id}`);
    await page.getByLabel('E-mail').fill('nobody');
    await press(page, 'Register');
    assert.match(await page.title(), /^Problem: /);
    assert.deepEqual(await page.getByRole('alert').getByRole('listitem').allTextContents(), [
      'First name: is missing.',
      'Last name: is missing.',
      'E-mail: this is no address; one looks like name@example.com.',
      'Pass: please choose one.',
    ]);
    assert.equal(await page.getByLabel('E-mail').inputValue(), 'nobody', 'what was typed stays');
    await page.getByRole('link', { name: 'E-mail' }).click();
    assert.match(page.url(), /#email-1$/);
  },
  withoutScript,
);

/** An event whose places are all reserved, which only the registration itself finds out. */
async function full(page, name) {
  const event = await arrange(name, { capacity: 1 });
  await takePlace(event, event.pass_ids[0]);
  await page.goto(`${home}events/${event.readable_event_id}`);
  await person(page, 1, 'Ada', 'Ng');
  await press(page, 'Register');
  await page.getByRole('alert').getByText('There are not enough places left. Nobody was registered.').waitFor();
  assert.equal(await page.getByLabel('First name').inputValue(), 'Ada', 'what was typed stays');
  await picture(page, name.replaceAll(' ', '-'));
  const seats = await control('GET', `/v1/event-api/events/${event.readable_event_id}`);
  assert.deepEqual([seats.held, seats.sold, seats.left], [1, 0, 0]);
}

await check('full', (page) => full(page, 'One place'));
await check('full-without-script', (page) => full(page, 'One other place'), withoutScript);

await check('sold-out', async (page) => {
  const event = await arrange('Small room', { capacity: 5, passes: [{ name: 'Chair', allocation: 1 }, { name: 'Stool', allocation: 1 }] });
  // The last ones go while the visitor fills in the form.
  await page.goto(`${home}events/${event.readable_event_id}`);
  await takePlace(event, event.pass_ids[0]);
  await page.reload();
  assert.ok(await page.locator('#pass-1 option', { hasText: 'Chair' }).isDisabled(), 'nobody chooses what is gone');
  await person(page, 1, 'Ada', 'Ng', 'Stool');
  await takePlace(event, event.pass_ids[1]);
  await press(page, 'Register');
  await page.getByRole('alert').getByText('There are not enough places left.').waitFor();
  await page.goto(home);
  const card = page.locator(`article[data-event="${event.readable_event_id}"]`);
  await card.getByText('This event is full.').waitFor();
  await picture(page, 'events-full');
  await card.getByRole('link').click();
  await page.getByText('This event is full. Nobody else can be registered.').waitFor();
  assert.equal(await page.locator('form').count(), 0);
});

/** The attendees that the last registration sent. */
async function sent() {
  const { entries } = await control('GET', '/v1/journal?fake=event-api');
  const posts = entries.filter(({ request, operation }) => request.method === 'POST' && operation === 'publicApiRegister');
  return JSON.parse(posts.at(-1).request.body).attendees;
}

const roster = (event) => control('GET', `/v1/event-api/events/${event.readable_event_id}/registrations`);

/** An event that asks everything and has sessions, one of them for one pass alone. */
const rich = (name) =>
  arrange(name, {
    passes: [{ name: 'All days' }, { name: 'Opening only', price: '9.00', sessions: ['Opening'] }],
    sessions: [{ name: 'Opening', starts: '2027-03-29T09:30:00Z', ends: '2027-03-29T10:30:00Z' }, { name: 'Cranes by hand', capacity: 12, starts: '2027-03-29T13:00:00Z' }],
    custom_fields: [
      { text: 'What do you eat?', kind: 'multiple_choice', required: true, choices: ['Fish', 'Bread', 'Nuts'] },
      { text: 'Do you need a cabin?', kind: 'boolean' },
      { text: 'Shirt', kind: 'single_choice', required: true, choices: ['S', 'M', 'L'] },
      { text: 'Anything else?', kind: 'text' },
    ],
  });

/** Two people with all their answers and sessions; the second wants what their pass does not admit to. */
async function everything(page, name, script) {
  const event = await rich(name);
  const [meals, cabin, shirt, remarks] = event.custom_field_ids;
  const [opening, cranes] = event.session_ids;
  await page.goto(`${home}events/${event.readable_event_id}`);
  await person(page, 1, 'Ada', 'Ng', 'All days');
  await press(page, 'Register');
  await page.getByRole('alert').getByRole('listitem').first().waitFor();
  const told = await page.getByRole('alert').getByRole('listitem').allTextContents();
  assert.deepEqual(told.map((text) => text.split(':')[0]).sort(), ['Shirt', 'What do you eat?'], told.join('\n'));
  await page.getByRole('alert').getByRole('link', { name: 'What do you eat?' }).click();
  assert.equal(await page.evaluate(() => document.activeElement.id), `question-${meals}-1-0`);
  // axe needs script itself.
  if (script) await accessible(page, 'faults of questions');
  const first = page.locator('fieldset[data-person="1"]');
  await first.getByLabel('Fish').check();
  await first.getByLabel('Nuts').check();
  await first.getByLabel('Do you need a cabin?').selectOption('Yes');
  await first.getByLabel('Shirt').selectOption('M');
  await first.getByLabel('Anything else?').fill('  no stairs ');
  await first.getByLabel('Opening').check();
  await first.getByLabel('Cranes by hand').check();
  await press(page, 'Add another person');
  await page.locator('#first-name-2:focus').waitFor();
  assert.ok(await first.getByLabel('Nuts').isChecked(), 'what was chosen stays');
  await person(page, 2, 'Bo', 'Li', 'All days');
  const second = page.locator('fieldset[data-person="2"]');
  await second.getByLabel('Bread').check();
  await second.getByLabel('Shirt').selectOption('S');
  await second.getByLabel('Cranes by hand').check();
  const short = await page.locator('#pass-2 option', { hasText: 'Opening only' }).textContent();
  await page.locator('#pass-2').selectOption({ label: short });
  await picture(page, `everything-${script ? 'with' : 'without'}-script`);
  if (script) {
    assert.ok(await second.getByLabel('Cranes by hand').isDisabled(), 'nobody chooses what the pass does not admit to');
    assert.ok(!(await second.getByLabel('Cranes by hand').isChecked()));
  } else {
    await press(page, 'Register 2 people');
    await page.getByRole('alert').getByRole('link', { name: 'Cranes by hand of person 2: the pass Opening only does not admit to it.' }).click();
    assert.match(page.url(), new RegExp(`#session-${cranes}-2$`));
    await second.getByLabel('Cranes by hand').uncheck();
  }
  await second.getByLabel('Opening').check();
  await press(page, 'Register 2 people');
  const purchase = await pay(page);
  assert.equal(await state(purchase), 'completed');
  const [all, only] = event.pass_ids;
  assert.deepEqual(await sent(), [
    {
      firstName: 'Ada',
      lastName: 'Ng',
      email: 'Ada.Ng@example.com',
      passId: all,
      responses: [
        { id: meals, value: 'Fish, Nuts', values: ['Fish', 'Nuts'] },
        { id: cabin, value: 'Yes' },
        { id: shirt, value: 'M' },
        { id: remarks, value: 'no stairs' },
      ],
      attendeeSessions: [{ sessionId: opening }, { sessionId: cranes }],
    },
    {
      firstName: 'Bo',
      lastName: 'Li',
      email: 'Bo.Li@example.com',
      passId: only,
      responses: [{ id: meals, value: 'Bread', values: ['Bread'] }, { id: shirt, value: 'S' }],
      attendeeSessions: [{ sessionId: opening }],
    },
  ]);
  const registrations = await roster(event);
  assert.deepEqual(registrations.map(({ sessions }) => sessions.map(({ status }) => status)).sort(), [['registered'], ['registered', 'registered']]);
}

await check('questions-and-sessions', (page) => everything(page, 'Everything', true));
await check('questions-and-sessions-without-script', (page) => everything(page, 'Everything again', false), withoutScript);

/** An event with a waiting list whose one place is taken, and one whose place goes while the form is filled in. */
async function waitingList(page, name, script) {
  const more = { capacity: 1, gateway: false, passes: [], show_waitlist: true, sessions: [{ name: 'Opening', capacity: 5 }] };
  const full = await arrange(name, more);
  await takePlace(full);
  await page.goto(`${home}events/${full.readable_event_id}`);
  await page.getByText('This event is full. You can join its waiting list.').waitFor();
  await person(page, 1, 'Ada', 'Ng', null);
  assert.ok(await page.getByLabel('Put me on the waiting list').isChecked(), 'what else could one want');
  await page.getByLabel('Register me without asking when places come free').check();
  await page.getByLabel('Opening').check();
  if (script) await accessible(page, 'a form with a waiting list');
  await picture(page, `${name.replaceAll(' ', '-')}-full`);
  await press(page, 'Register');
  await page.getByRole('heading', { level: 1, name: 'You are on the waiting list' }).waitFor();
  await picture(page, `${name.replaceAll(' ', '-')}-waiting`);
  const [{ waitlisted, autoRegister }] = await sent();
  assert.deepEqual([waitlisted, autoRegister], [true, true]);
  const seen = (list) => list.map(({ waitlisted, auto_register, sessions }) => [waitlisted, auto_register, ...sessions.map(({ status }) => status)]);
  assert.deepEqual(seen(await roster(full)).sort(), [[false, false], [true, true, 'on_hold']]);

  const short = await arrange(`${name}, short`, more);
  await page.goto(`${home}events/${short.readable_event_id}`);
  assert.ok(!(await page.getByText('Waiting list', { exact: true }).isVisible()), 'there is room, so nobody is asked');
  await person(page, 1, 'Bo', 'Li', null);
  await takePlace(short);
  await press(page, 'Register');
  await page.getByRole('alert').getByText('You can join the waiting list instead, below.').waitFor();
  await page.getByLabel('Put me on the waiting list').check();
  await press(page, 'Register');
  await page.getByRole('heading', { level: 1, name: 'You are on the waiting list' }).waitFor();
  assert.deepEqual(seen(await roster(short)).sort(), [[false, false], [true, false]]);
}

await check('waiting-list', (page) => waitingList(page, 'Small room', true));
await check('waiting-list-without-script', (page) => waitingList(page, 'Other small room', false), withoutScript);

/** A pass that is gone can be wished for by whoever waits; a session that is full puts on its own list. */
async function wishes(page, name) {
  const gone = await arrange(name, { capacity: 9, show_waitlist: true, passes: [{ name: 'Chair', allocation: 1 }] });
  await takePlace(gone, gone.pass_ids[0]);
  await page.goto(`${home}events/${gone.readable_event_id}`);
  await person(page, 1, 'Ada', 'Ng', 'Chair');
  await press(page, 'Register');
  await page.getByRole('heading', { level: 1, name: 'You are on the waiting list' }).waitFor();
  assert.ok((await roster(gone)).some(({ waitlisted, pass_id }) => waitlisted && pass_id === gone.pass_ids[0]));

  const busy = { capacity: 9, gateway: false, passes: [], show_waitlist: true, sessions: [{ name: 'Opening', capacity: 0 }] };
  const event = await arrange(`${name}, busy`, busy);
  await page.goto(`${home}events/${event.readable_event_id}`);
  await person(page, 1, 'Ada', 'Ng', null);
  await page.getByText('full, you would wait for it').waitFor();
  await page.getByLabel('Opening').check();
  await press(page, 'Register');
  await page.getByRole('heading', { level: 1, name: 'You are registered' }).waitFor();
  const [registration] = await roster(event);
  assert.deepEqual([registration.waitlisted, registration.sessions[0].status], [false, 'waitlisted']);

  const closed = await arrange(`${name}, closed`, { ...busy, show_waitlist: false });
  await page.goto(`${home}events/${closed.readable_event_id}`);
  assert.ok(await page.getByLabel('Opening').isDisabled(), 'nobody chooses what is full and has no list');
}

await check('wishes', (page) => wishes(page, 'Wishes'));
await check('wishes-without-script', (page) => wishes(page, 'Other wishes'), withoutScript);

await check(
  'another-origin-is-refused',
  async (page) => {
    const made = await calls(async () => {
      await page.goto(`${stranger.url}/`);
      await page.getByRole('alert').getByText(`${stranger.url} is not the origin`).waitFor();
      await page.goto(`${stranger.url}/events/${sample.readable_event_id}`);
      await page.getByRole('alert').getByText(`${stranger.url} is not the origin`).waitFor();
      await person(page, 1, 'Ada', 'Ng');
      await press(page, 'Register');
      await page.getByRole('alert').getByText('This did not work').waitFor();
    });
    await picture(page, 'stranger');
    assert.ok(made.includes(`OPTIONS ${registration} ${stranger.url}`), made.join('\n'));
    assert.deepEqual(made.filter((call) => call.startsWith('POST')), [], 'the browser held the registration back');
  },
  { refused: /blocked by CORS policy|net::ERR_FAILED/ },
);

await check('a-form-of-another-site-is-refused', async (page) => {
  const elsewhere = await site('Somebody else');
  await page.goto(elsewhere);
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  const made = await calls(async () => {
    await page.evaluate((action) => {
      const form = Object.assign(document.createElement('form'), { method: 'post', action });
      document.body.append(form);
      form.submit();
    }, `${home}events/${sample.readable_event_id}`);
    assert.equal((await answered).status(), 403);
    await page.getByRole('heading', { level: 1, name: 'This form is not of this page' }).waitFor();
  });
  assert.deepEqual(made, []);
});

await check('nowhere', async (page) => {
  for (const [path, title] of [['events/None_1', 'There is no such event'], ['other', 'There is no such page']]) {
    assert.equal((await page.goto(`${home}${path}`)).status(), 404);
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    await page.getByRole('link', { name: 'All events' }).click();
    await page.waitForURL(home);
  }
});

await check('by-keyboard', async (page) => {
  await page.goto(`${home}events/${sample.readable_event_id}`);
  const type = async (name, text) => {
    await page.keyboard.press('Tab');
    assert.equal(await focused(page), name);
    await page.keyboard.type(text);
  };
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'a: All events');
  await type('input: First name', 'Ada');
  await type('input: Last name', 'Ng');
  await type('input: E-mail', 'ada@example.com');
  await type('select: Pass', 'S');
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'button: Add another person');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  // Enter in a field registers; it does not ask for one more person.
  await page.keyboard.press('Enter');
  await page.waitForURL(`${stripe.api_base}/c/pay/*`);
});

await check('everything-by-keyboard', async (page) => {
  const event = await rich('Keys');
  await page.goto(`${home}events/${event.readable_event_id}`);
  await page.locator('#first-name-1').focus();
  const keys = [
    ['input: First name', 'Ada'],
    ['input: Last name', 'Ng'],
    ['input: E-mail', 'ada@example.com'],
    ['select: Pass', 'A'],
    ['input: Fish', ' '],
    ['input: Bread', ''],
    ['input: Nuts', ' '],
    ['select: Do you need a cabin? (optional)', 'N'],
    ['select: Shirt', 'L'],
    ['input: Anything else? (optional)', 'no'],
    ['input: Opening', ' '],
    ['input: Cranes by hand', ''],
  ];
  for (const [index, [name, text]] of keys.entries()) {
    if (index > 0) await page.keyboard.press('Tab');
    assert.ok((await focused(page)).startsWith(name), `${await focused(page)} is not ${name}`);
    await page.keyboard.type(text);
  }
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'button: Add another person');
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'button: Register');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${stripe.api_base}/c/pay/*`);
  const [{ responses, attendeeSessions }] = await sent();
  assert.deepEqual(responses.map(({ value }) => value), ['Fish, Nuts', 'No', 'L', 'no']);
  assert.equal(attendeeSessions.length, 1);
});

await check(
  'narrow-screen',
  async (page) => {
    for (const [path, name] of [['', 'events'], [`events/${sample.readable_event_id}`, 'event'], ['other', 'nowhere']]) {
      await page.goto(`${home}${path}`);
      await fits(page, name);
      await picture(page, `narrow-${name}`);
    }
    await page.goto(`${home}events/${sample.readable_event_id}`);
    await press(page, 'Add another person');
    await press(page, 'Register 2 people');
    await page.getByRole('alert').getByRole('listitem').first().waitFor();
    await fits(page, 'faults');
    await picture(page, 'narrow-faults');
    const event = await rich('A rather long name of an event that asks for everything');
    await page.goto(`${home}events/${event.readable_event_id}`);
    await press(page, 'Register');
    await page.getByRole('alert').getByRole('listitem').first().waitFor();
    await fits(page, 'everything');
    await picture(page, 'narrow-everything');
  },
  { viewport: { width: 320, height: 640 } },
);

await check('accessible', async (page) => {
  await page.goto(home);
  await accessible(page, 'the list');
  await page.goto(`${home}events/${sample.readable_event_id}`);
  await accessible(page, 'the form');
  await press(page, 'Add another person');
  await accessible(page, 'the form for two');
  const event = await rich('Accessible');
  await page.goto(`${home}events/${event.readable_event_id}`);
  await press(page, 'Add another person');
  await accessible(page, 'the form that asks for everything');
  await page.goto(`${home}other`);
  await accessible(page, 'a notice');
  assert.equal(await page.locator('h1').count(), 1);
});

await done();
