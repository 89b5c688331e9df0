// Where the fake is, the generated client, and what the checks share.

import assert from 'node:assert/strict';

import { createClient, type Client } from './client/client/index.js';
import { client } from './client/client.gen.js';

const variable = (name: string): string => process.env[name] ?? assert.fail(`${name} is not set`);

export const organizationId = variable('ORGANIZATION');
export const readableEventId = variable('EVENT');
export const redirectUri = `${variable('ORIGIN')}/welcome`;
export const path = { organizationId, readableEventId };

/** Appends the token to every call, as the vendor's own client does: the generator's `auth` forgets it where an operation has no query. */
function carry(caller: Client, token: string): Client {
  caller.interceptors.request.use((request) => {
    const url = new URL(request.url);
    url.searchParams.set('emApplicationtoken', token);
    return new Request(url, request);
  });
  return caller;
}

// The base URL is the document's own first server.
carry(client, variable('TOKEN'));
const baseUrl = client.getConfig().baseUrl ?? assert.fail('the document names no server');

/** A client of somebody who has another token, or none. */
export const stranger = (token?: string): Client => {
  const caller = createClient({ baseUrl });
  return token ? carry(caller, token) : caller;
};

/** Calls the control API. */
export async function control(method: string, route: string, body?: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${variable('CONTROL')}${route}`, { method, headers, body: JSON.stringify(body) });
  assert.ok(answer.ok, `${method} ${route}: ${answer.status} ${await answer.text()}`);
}

/** Whether these are the bytes of a PNG. */
export async function isPng(picture: Blob): Promise<void> {
  assert.equal(picture.type, 'image/png');
  assert.equal(Buffer.from(await picture.arrayBuffer()).subarray(1, 4).toString(), 'PNG');
}

export async function check(name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    console.error(`failed ${name}:`, error);
    process.exit(1);
  }
  console.log(`ok ${name}`);
}
