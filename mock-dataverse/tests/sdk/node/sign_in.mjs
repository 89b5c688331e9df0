// Signing in by MSAL: with tenant discovery, by plain OIDC, and everything that is refused.

import assert from 'node:assert/strict';
import { api, application, authority, check, client, msal, nobody, refusal, scopes, tenant, url } from './lab.mjs';

const token = (app) => app.acquireTokenByClientCredential({ scopes });
const who = (bearer) =>
  fetch(`${url}/api/data/v9.2/WhoAmI`, { headers: bearer ? { authorization: `Bearer ${bearer}` } : {} });

await check('msal-tenant-discovery', async () => {
  const answer = await token(application());
  assert.equal(answer.tokenType, 'Bearer');
  assert.equal(answer.fromCache, false);
  assert.ok(answer.expiresOn > new Date());
  assert.equal((await who(answer.accessToken)).status, 200);
});

await check('msal-oidc-protocol', async () => {
  const protocol = { authority: `${authority}/${tenant}/v2.0` };
  const app = new msal.ConfidentialClientApplication({
    auth: {
      clientId: process.env.CLIENT_ID,
      clientSecret: process.env.CLIENT_SECRET,
      knownAuthorities: [new URL(authority).host],
      ...protocol,
    },
    system: { protocolMode: msal.ProtocolMode.OIDC },
  });
  const answer = await token(app);
  assert.equal((await who(answer.accessToken)).status, 200);
});

await check('token-kept', async () => {
  const app = application();
  const first = await token(app);
  const second = await token(app);
  assert.deepEqual([second.accessToken, second.fromCache], [first.accessToken, true]);
});

await check('wrong-secret', async () => {
  const error = await refusal(() => token(application({ clientSecret: 'wrong' })), { errorCode: 'invalid_client' });
  assert.match(error.errorMessage, /AADSTS7000215: Invalid client secret provided/);
  assert.ok(error.correlationId);
});

await check('unknown-application', async () => {
  const error = await refusal(() => token(application({ clientId: nobody })), { errorCode: 'unauthorized_client' });
  assert.match(error.errorMessage, /AADSTS700016/);
  await refusal(() => token(application({ authority: `${authority}/${nobody}` })), {
    errorCode: 'endpoints_resolution_error',
  });
});

await check('nobody-signed-in', async () => {
  const answer = await who();
  assert.equal(answer.status, 401);
  assert.equal(
    answer.headers.get('www-authenticate'),
    `Bearer authorization_uri=${authority}/${tenant}/oauth2/authorize, resource_id=${url}/`,
  );
  await refusal(() => client({ onTokenRefresh: async () => 'not.a.token' }).callFunction('WhoAmI'), { status: 401 });
});

await check('who-am-i', async () => {
  const me = await api.callFunction('WhoAmI');
  assert.match(me.UserId, /^[0-9a-f-]{36}$/);
  assert.ok(me.OrganizationId && me.BusinessUnitId);
});
