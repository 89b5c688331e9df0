// The page where a buyer pays, as a buyer meets it.

import assert from 'node:assert/strict';

import { accessible, check, control, done, endpoints, fits, focused, picture, site } from './lab.mjs';

const { api_base: api, api_key: key } = endpoints.stripe;
const seller = await site('The seller');
const thanks = `${seller}/thanks?session={CHECKOUT_SESSION_ID}`;

/** Calls Stripe's API; `form` has the names of its fields as they are sent. */
async function stripe(method, path, form) {
  const headers = { authorization: `Bearer ${key}` };
  const body = form && new URLSearchParams(form);
  const answer = await fetch(`${api}${path}`, { method, headers, body });
  const json = await answer.json();
  assert.ok(answer.ok, `${method} ${path}: ${JSON.stringify(json)}`);
  return json;
}

/** The fields of one thing for sale. */
const ticket = (amount = '4950', currency = 'usd') => ({
  'line_items[0][price_data][currency]': currency,
  'line_items[0][price_data][unit_amount]': amount,
  'line_items[0][price_data][product_data][name]': 'Workshop ticket',
  'line_items[0][quantity]': '1',
});

const returning = { 'after_completion[type]': 'redirect', 'after_completion[redirect][url]': thanks };
const link = (form, after = returning) => stripe('POST', '/v1/payment_links', { ...ticket(), ...after, ...form });
const session = (form) =>
  stripe('POST', '/v1/checkout/sessions', { mode: 'payment', ...ticket(), success_url: thanks, cancel_url: `${seller}/cart`, ...form });

const sessionOf = (page) => new URL(page.url()).pathname.split('/').pop();
const paymentOf = async (id) => {
  const { status, payment_status } = await stripe('GET', `/v1/checkout/sessions/${id}`);
  return [status, payment_status];
};

/** Fills in a card. */
async function card(page, number) {
  await page.getByLabel('Card number').fill(number);
  await page.getByLabel('Expiry (MM/YY)').fill('12/34');
  await page.getByLabel('Security code').fill('123');
}

/** Fills in everything. */
async function fill(page, number = '4242424242424242') {
  await page.getByLabel('E-mail').fill('ada@example.com');
  await page.getByLabel('Name').fill('Ada Buyer');
  await card(page, number);
}

const submit = (page) => page.locator('button[type=submit]').first().click();

/** The buyer is back with the seller, who hears which session it was. */
async function returned(page, id) {
  await page.waitForURL(`${seller}/thanks?session=${id}`);
  assert.equal(await page.title(), 'The seller');
  assert.deepEqual(await paymentOf(id), ['complete', 'paid']);
}

async function pays(page) {
  await page.goto((await link()).url);
  const id = sessionOf(page);
  assert.equal(await page.title(), 'Pay $49.50');
  await page.getByRole('heading', { name: 'Workshop ticket', level: 1 }).waitFor();
  await fill(page);
  await page.getByRole('button', { name: 'Pay $49.50' }).click();
  await returned(page, id);
}

await check('pays', pays);
await check('pays-without-script', pays, { javaScriptEnabled: false });

await check('pays-by-keyboard', async (page) => {
  const { id, url } = await session();
  await page.goto(url);
  for (const [expected, typed] of [
    ['input: E-mail', 'ada@example.com'],
    ['input: Name', 'Ada Buyer'],
    ['input: Card number', '4242424242424242'],
    ['input: Expiry (MM/YY)', '1234'],
    ['input: Security code', '123'],
  ]) {
    await page.keyboard.press('Tab');
    assert.equal(await focused(page), expected);
    await page.keyboard.type(typed);
  }
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'button: Pay $49.50');
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'a: Cancel and go back');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await returned(page, id);
});

await check('bank-debit-by-keyboard', async (page) => {
  const { id, url } = await session({ ...ticket('2500', 'eur'), customer_email: 'ada@example.com' });
  await page.goto(url);
  const next = async (expected) => {
    await page.keyboard.press('Tab');
    assert.equal(await focused(page), expected);
  };
  await next('input: E-mail');
  await page.keyboard.type('somebody@example.com');
  assert.equal(await page.getByLabel('E-mail').inputValue(), 'ada@example.com', 'the seller said who it is');
  await next('input: Name');
  await page.keyboard.type('Ada Buyer');
  await next('input: Card');
  // The arrow changes the choice; what belongs to the other way to pay goes.
  await page.keyboard.press('ArrowDown');
  assert.equal(await focused(page), 'input: Bank debit (SEPA)');
  assert.ok(!(await page.getByLabel('Card number').isVisible()));
  await next('input: IBAN');
  await page.keyboard.type('AT611904300234573201');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${seller}/thanks?session=${id}`);
  assert.deepEqual(await paymentOf(id), ['complete', 'unpaid']);
});

await check('declined-and-then-paid', async (page) => {
  await page.goto((await link()).url);
  const id = sessionOf(page);
  await fill(page, '4000000000009995');
  await submit(page);
  await page.getByRole('alert').getByText('Your card has insufficient funds.').waitFor();
  await picture(page, 'declined');
  assert.deepEqual(await paymentOf(id), ['open', 'unpaid']);
  // What is not secret need not be typed again.
  assert.equal(await page.getByLabel('E-mail').inputValue(), 'ada@example.com');
  assert.equal(await page.getByLabel('Name').inputValue(), 'Ada Buyer');
  assert.equal(await page.getByLabel('Card number').inputValue(), '');
  assert.equal(await page.getByLabel('Security code').inputValue(), '');
  await card(page, '4242424242424242');
  await submit(page);
  await returned(page, id);
});

await check('faults-lead-to-their-fields', async (page) => {
  await page.goto((await link({ ...ticket('2000', 'eur'), 'line_items[0][adjustable_quantity][enabled]': 'true' })).url);
  await page.getByLabel('Quantity of Workshop ticket').fill('5000');
  await page.getByLabel('E-mail').fill('nobody');
  await page.getByLabel('Card number').fill('4242424242424241');
  await submit(page);
  await picture(page, 'faults');
  const told = page.getByRole('alert').getByRole('link');
  assert.deepEqual(await told.allTextContents(), [
    'Enter a complete e-mail address.',
    'Choose a quantity within the range offered.',
    'Your card number is incorrect.',
    "Your card's expiration date is incomplete.",
    "Enter your card's security code.",
  ]);
  assert.equal(await page.getByLabel('Quantity of Workshop ticket').inputValue(), '5000', 'what was typed stays');
  assert.ok(await page.getByRole('alert').evaluate((alert) => alert === document.activeElement), 'what is wrong has the focus');
  for (const fault of await told.all()) {
    await fault.click();
    const field = page.locator(':focus');
    assert.equal(await field.evaluate((input) => getComputedStyle(input).borderTopWidth), '2px', 'one sees which field it is');
    assert.equal(await field.getAttribute('aria-invalid'), 'true', await fault.textContent());
    const [about] = (await field.getAttribute('aria-describedby')).split(' ');
    assert.equal(await page.locator(`#${about}`).textContent(), await fault.textContent());
  }
  await accessible(page, 'the page with faults');
});

await check('three-d-secure', async (page) => {
  await page.goto((await link()).url);
  const id = sessionOf(page);
  await fill(page, '4000002760003184');
  await submit(page);
  await page.getByRole('heading', { name: 'Confirm your payment' }).waitFor();
  assert.deepEqual(await paymentOf(id), ['open', 'unpaid']);
  await accessible(page, 'the 3-D Secure step');
  await picture(page, 'three-d-secure');
  await page.getByRole('button', { name: 'Confirm the payment' }).click();
  await returned(page, id);
});

await check('three-d-secure-refused', async (page) => {
  await page.goto((await link()).url);
  const id = sessionOf(page);
  await fill(page, '4000002760003184');
  await submit(page);
  await page.getByRole('button', { name: 'Fail the check' }).click();
  await page.getByRole('alert').getByText(/unable to authenticate/).waitFor();
  await fill(page);
  await submit(page);
  await returned(page, id);
});

await check('bank-debit', async (page) => {
  await page.goto((await link(ticket('2500', 'eur'), {})).url);
  const id = sessionOf(page);
  await page.getByLabel('E-mail').fill('ada@example.com');
  await page.getByLabel('Name').fill('Ada Buyer');
  await page.getByLabel('Bank debit (SEPA)').check();
  await page.getByLabel('IBAN').fill('AT61 1904 3002 3457 3201');
  await picture(page, 'bank-debit');
  await submit(page);
  await page.getByRole('heading', { name: 'Payment on its way' }).waitFor();
  assert.deepEqual(await paymentOf(id), ['complete', 'unpaid']);
  await control('POST', '/v1/clock/advance', { by: '5m' });
  assert.deepEqual(await paymentOf(id), ['complete', 'paid']);
  await page.reload();
  await page.getByRole('heading', { name: 'Thanks for your payment' }).waitFor();
  await accessible(page, 'the page after the payment');
  await picture(page, 'done');
});

await check('quantities', async (page) => {
  await page.goto((await link({ 'line_items[0][adjustable_quantity][enabled]': 'true' })).url);
  const id = sessionOf(page);
  await fill(page);
  await page.getByLabel('Quantity of Workshop ticket').fill('3');
  await submit(page);
  await returned(page, id);
  assert.equal((await stripe('GET', `/v1/checkout/sessions/${id}`)).amount_total, 3 * 4950);
});

await check('free', async (page) => {
  await page.goto((await link(ticket('0'))).url);
  const id = sessionOf(page);
  assert.equal(await page.getByLabel('Card number').count(), 0);
  await page.getByLabel('E-mail').fill('ada@example.com');
  await picture(page, 'free');
  await page.getByRole('button', { name: 'Complete order' }).click();
  await page.waitForURL(`${seller}/thanks?session=${id}`);
  assert.deepEqual(await paymentOf(id), ['complete', 'no_payment_required']);
});

await check('double-click-pays-once', async (page) => {
  await page.goto((await link()).url);
  const id = sessionOf(page);
  await fill(page);
  await page.locator('button[type=submit]').dblclick();
  await returned(page, id);
  const { payment_intent } = await stripe('GET', `/v1/checkout/sessions/${id}`);
  const { data } = await stripe('GET', `/v1/charges?payment_intent=${payment_intent}`);
  assert.deepEqual(data.map((charge) => charge.status), ['succeeded']);
});

await check('going-back-shows-what-happened', async (page) => {
  await page.goto((await link()).url);
  const id = sessionOf(page);
  await fill(page);
  await submit(page);
  await returned(page, id);
  await page.goBack();
  await page.getByRole('heading', { name: 'Thanks for your payment' }).waitFor();
  assert.equal(await page.getByRole('button').count(), 0);
  await page.getByRole('link', { name: 'Continue' }).click();
  await page.waitForURL(`${seller}/thanks?session=${id}`);
});

await check('cancel', async (page) => {
  const { id, url } = await session();
  await page.goto(url);
  await page.getByRole('link', { name: 'Cancel and go back' }).click();
  await page.waitForURL(`${seller}/cart`);
  assert.deepEqual(await paymentOf(id), ['open', 'unpaid']);
});

await check('expired', async (page) => {
  const { id, url } = await session();
  await page.goto(url);
  await fill(page);
  await control('POST', '/v1/clock/advance', { by: '25h' });
  await submit(page);
  await page.getByRole('heading', { name: 'This checkout has expired' }).waitFor();
  assert.deepEqual(await paymentOf(id), ['expired', 'unpaid']);
  await accessible(page, 'the expired page');
  await picture(page, 'expired');
});

await check('inactive', async (page) => {
  const { id, url } = await link();
  await stripe('POST', `/v1/payment_links/${id}`, { active: 'false', inactive_message: 'Sold out since noon.' });
  await page.goto(url);
  await page.getByText('Sold out since noon.').waitFor();
  assert.equal(await page.getByRole('button').count(), 0);
  await accessible(page, 'the page of an inactive link');
  await picture(page, 'inactive');
});

await check('nowhere', async (page) => {
  const answer = await page.goto(`${api}/b/nowhere`);
  assert.equal(answer.status(), 404);
  await page.getByRole('heading', { name: 'Page not found' }).waitFor();
  await accessible(page, 'the page that is not there');
});

await check('amounts-in-their-currencies', async (page) => {
  for (const [amount, currency, shown] of [
    ['2500', 'eur', '€25.00'],
    ['500', 'jpy', '¥500'],
    ['1234500', 'usd', '$12,345.00'],
    ['5120', 'kwd', /5\.120/],
  ]) {
    await page.goto((await link(ticket(amount, currency))).url);
    await page.locator('#total').getByText(shown).waitFor();
    await page.getByRole('button', { name: shown }).waitFor();
  }
});

await check('everything-that-can-be-asked', async (page) => {
  const more = {
    'phone_number_collection[enabled]': 'true',
    billing_address_collection: 'required',
    'consent_collection[terms_of_service]': 'required',
    'custom_fields[0][key]': 'meal',
    'custom_fields[0][label][type]': 'custom',
    'custom_fields[0][label][custom]': 'Your meal',
    'custom_fields[0][type]': 'dropdown',
    'custom_fields[0][dropdown][options][0][label]': 'Soup',
    'custom_fields[0][dropdown][options][0][value]': 'soup',
    'custom_fields[0][dropdown][options][1][label]': 'Salad',
    'custom_fields[0][dropdown][options][1][value]': 'salad',
    'custom_text[submit][message]': 'See you at the workshop.',
  };
  await page.goto((await link(more)).url);
  const id = sessionOf(page);
  await accessible(page, 'the page that asks for everything');
  await submit(page);
  await accessible(page, 'the same page without answers');
  for (const fault of await page.getByRole('alert').getByRole('link').all()) {
    await fault.click();
    assert.equal(await page.locator(':focus').getAttribute('aria-invalid'), 'true', await fault.textContent());
  }
  await picture(page, 'everything');
  await fill(page);
  await page.getByLabel('Your meal').selectOption('Salad');
  await page.locator('[autocomplete=tel]').fill('+43 1 234567');
  await page.locator('[autocomplete$=address-line1]').fill('Ring 1');
  await page.locator('[autocomplete$=country]').fill('AT');
  await page.locator('input[type=checkbox]').check();
  await submit(page);
  await returned(page, id);
  const { customer_details: known, custom_fields: fields } = await stripe('GET', `/v1/checkout/sessions/${id}`);
  assert.deepEqual([known.address.country, fields[0].dropdown.value], ['AT', 'salad']);
});

await check('in-the-language-of-the-browser', async (page) => {
  await page.goto((await link(ticket('2500', 'eur'))).url);
  const id = sessionOf(page);
  assert.equal(await page.locator('html').getAttribute('lang'), 'de');
  await page.getByRole('button', { name: /25,00\s€/ }).waitFor();
  await accessible(page, 'the German page');
  await picture(page, 'german');
  await page.getByLabel('E-Mail-Adresse').waitFor();
  // The names of the fields are the same in every language.
  for (const [name, typed] of [['email', 'ada@example.com'], ['card_number', '4242424242424242'], ['card_expiry', '12/34'], ['card_cvc', '123']]) {
    await page.locator(`input[name=${name}]`).fill(typed);
  }
  await submit(page);
  await returned(page, id);
}, { locale: 'de-AT' });

await check('narrow-screen', async (page) => {
  await page.goto((await link({ ...ticket('2500', 'eur'), 'line_items[0][price_data][product_data][name]': `Donaudampfschifffahrtsgesellschaft${'skapitaen'.repeat(4)}` })).url);
  await fits(page, 'the page');
  await submit(page);
  await page.getByRole('alert').waitFor();
  await fits(page, 'the page with faults');
  await picture(page, 'narrow');
}, { viewport: { width: 320, height: 640 } });

await check('accessible', async (page) => {
  const { url } = await session(ticket('2500', 'eur'));
  await page.goto(url);
  // Every field has a name of its own and tells the browser what belongs there.
  for (const field of await page.locator('input:not([type=hidden])').all()) {
    const [name, type] = [await field.getAttribute('name'), await field.getAttribute('type')];
    assert.ok(await field.evaluate((input) => input.labels.length === 1 && input.labels[0].textContent.trim()), name);
    assert.ok(type === 'radio' || (await field.getAttribute('autocomplete')), name);
  }
  await accessible(page, 'the page');
  await picture(page, 'checkout');
});

await done();
