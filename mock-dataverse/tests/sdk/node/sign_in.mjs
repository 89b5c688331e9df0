// Signing in by MSAL: with tenant discovery, by plain OIDC, and everything that is refused.

import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { api, application, authority, check, client, control, msal, nobody, refusal, scopes, tenant, url } from './lab.mjs';

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

await check('certificate', async () => {
  const fixture = (name) => readFile(new URL(`../../../../fixtures/entra/${name}`, import.meta.url));
  const certificate = (await fixture('client-certificate.pem')).toString();
  const key = createPrivateKey({ key: await fixture('client-key.der'), format: 'der', type: 'pkcs1' });
  const privateKey = key.export({ format: 'pem', type: 'pkcs8' });
  const thumbprintSha256 = new X509Certificate(certificate).fingerprint256.replaceAll(':', '');
  const app = () => application({ clientSecret: undefined, clientCertificate: { thumbprintSha256, privateKey } });
  const error = await refusal(() => token(app()), { errorCode: 'invalid_client' });
  assert.match(error.errorMessage, /AADSTS700027.*The key was not found/);
  const shown = await control('POST', `/v1/dataverse/apps/${process.env.CLIENT_ID}/certificates`, { certificate });
  assert.equal(shown.thumbprint_sha256, thumbprintSha256);
  const answer = await token(app());
  assert.equal((await who(answer.accessToken)).status, 200);
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
