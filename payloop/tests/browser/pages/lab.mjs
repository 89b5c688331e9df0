// What the checks of every face share: the browser, the platform's addresses, and questions that any page has to answer.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { PAYLOOP_ENDPOINTS, PAYLOOP_BROWSER_MODULES, PAYLOOP_CHROMIUM, PAYLOOP_PICTURES } = process.env;
const installed = createRequire(`${PAYLOOP_BROWSER_MODULES}/`);
const { chromium } = installed('playwright-core');
const axe = readFileSync(installed.resolve('axe-core'), 'utf8');

/** Where everything listens and what opens it: the platform's ready file. */
export const endpoints = JSON.parse(PAYLOOP_ENDPOINTS);

const quiet = ['--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];
// A container's root user has no sandbox to start.
const browser = await chromium.launch({ executablePath: PAYLOOP_CHROMIUM, args: ['--no-sandbox', ...quiet] });

/** Makes a check with a browser window of its own. `work` gets its page; `options` are Playwright's for the window, and `refused`, what
 * the console says of requests that the check makes to see them refused. */
export async function check(name, work, { refused, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1000, height: 900 }, ...options });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(`script: ${error.message}`));
  page.on('console', (message) => {
    // A page that is not there is reported, too; whoever asks for it looks at its status.
    const expected = /status of 4\d\d/.test(message.text()) || refused?.test(message.text());
    if (message.type() === 'error' && !expected) complaints.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (new URL(request.url()).hostname !== '127.0.0.1') complaints.push(`asked another host: ${request.url()}`);
  });
  try {
    await work(page);
    assert.deepEqual(complaints, []);
  } catch (error) {
    await picture(page, `failed-${name}`).catch(() => {});
    console.error(`failed ${name} at ${page.url()}: ${error.stack ?? error}`);
    process.exit(1);
  }
  await context.close();
  console.log(`ok ${name}`);
}

/** Leaves a picture of the whole page. */
export const picture = (page, name) => page.screenshot({ path: join(PAYLOOP_PICTURES, `${name}.png`), fullPage: true });

/** Nothing on the page breaks a rule of accessibility that a program can check. */
export async function accessible(page, what) {
  await page.evaluate(axe);
  const { violations, passes } = await page.evaluate(() => globalThis.axe.run());
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(' | ')}`);
  assert.deepEqual(found, [], what);
  assert.ok(passes.length > 10, `${what}: only ${passes.length} rules applied`);
}

/** What has the focus, as a screen reader names it: role and name, and whether one sees where it is. */
export async function focused(page) {
  const seen = await page.evaluate(() => {
    const element = document.activeElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return { id: element.id, tag: element.localName, visible: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 };
  });
  assert.ok(seen.visible, `one does not see that ${seen.tag} #${seen.id} has the focus`);
  return page.evaluate(() => {
    const element = document.activeElement;
    const label = element.labels?.[0]?.textContent ?? element.textContent;
    return `${element.localName}: ${label.trim()}`;
  });
}

/** The page fits the window: nobody has to scroll sideways. */
export async function fits(page, what) {
  const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(wide <= window, `${what} is ${wide} pixels wide in a window of ${window}`);
}

/** Calls the control API. */
export async function control(method, path, body) {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${endpoints.control.url}${path}`, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

/** A site of somebody else's, where a browser can end: a title and the address that was asked for. */
export async function site(title) {
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    const icon = '<link rel="icon" href="data:,">';
    response.end(`<!DOCTYPE html><html lang="en"><head><title>${title}</title>${icon}</head><body><h1>${request.method} ${request.url}</h1></body></html>`);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${server.address().port}`;
}

/** Ends the program well. */
export async function done() {
  await browser.close();
  process.exit(0);
}
