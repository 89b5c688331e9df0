// Where the fake is, and what the checks share: the libraries, the client, the control API.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

export const {
  DATAVERSE_URL: url,
  ENTRA_AUTHORITY: authority,
  CONTROL_URL,
  TENANT_ID: tenant,
  CLIENT_ID: clientId,
  CLIENT_SECRET: clientSecret,
} = process.env;
export const purchases = process.env.PURCHASES.split(' ');
export const scopes = [`${url}/.default`];
export const nobody = '00000000-0000-0000-0000-00000000dead';
export const formatted = 'OData.Community.Display.V1.FormattedValue';

const load = createRequire(`${process.env.MODULES}/`);
export const msal = load('@azure/msal-node');
export const { DynamicsWebApi } = load('dynamics-web-api');

export async function check(name, work) {
  try {
    await work();
  } catch (error) {
    console.error(`failed ${name}: ${error.stack ?? error} ${JSON.stringify(error)}`);
    process.exit(1);
  }
  console.log(`ok ${name}`);
}

/** The error that `work` must end in, with these members. */
export async function refusal(work, expected, ...texts) {
  const error = await work().then(
    (result) => assert.fail(`an error was expected, but it went well: ${JSON.stringify(result)}`),
    (error) => error,
  );
  if (error instanceof assert.AssertionError) throw error;
  for (const [member, value] of Object.entries(expected)) {
    assert.deepEqual(error[member], value, `${member} of ${error.message}`);
  }
  for (const text of texts) assert.ok(error.message.includes(text), `${text} is not in ${error.message}`);
  return error;
}

/** MSAL, told that this authority is meant. */
export const application = (more = {}, system = {}) =>
  new msal.ConfidentialClientApplication({
    auth: {
      clientId,
      clientSecret,
      authority: `${authority}/${tenant}`,
      knownAuthorities: [new URL(authority).host],
      ...more,
    },
    system,
  });

const signedIn = application();

/** A client whose tokens come from MSAL, which keeps them. */
export const client = (more = {}) =>
  new DynamicsWebApi({
    serverUrl: url,
    dataApi: { version: '9.2' },
    onTokenRefresh: async () => (await signedIn.acquireTokenByClientCredential({ scopes })).accessToken,
    ...more,
  });

export const api = client();

export async function control(method, path, body) {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${CONTROL_URL}${path}`, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}
