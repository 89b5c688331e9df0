// Errors as DynamicsWebApi shows them: codes, texts, and how long to wait.

import assert from 'node:assert/strict';
import { api, check, control, refusal } from './lab.mjs';

const collection = 'new_badges';
const list = (more) => api.retrieveMultiple({ collection, top: 1, ...more });

await check('service-errors', async () => {
  const twice = { new_name: 'Twice', new_number: 1 };
  await refusal(() => api.create({ collection, data: twice }), { status: 412, code: '0x80060892' });
  await refusal(() => api.create({ collection, data: { new_nothing: 1 } }), { status: 400, code: '0x80048d19' }, 'new_nothing');
  await refusal(() => list({ select: ['new_nothing'] }), { status: 400, code: '0x80060888' }, 'new_nothing');
  await refusal(() => list({ filter: 'new_number eq' }), { status: 400, code: '0x80060888' });
  await refusal(() => api.retrieveMultiple({ collection: 'new_nothings' }), { status: 404, code: '0x80060888' }, 'new_nothings');
  await refusal(() => api.callFunction('new_Nothing'), { status: 404 });
});

await check('retry-after', async () => {
  await control('POST', '/v1/faults', {
    match: { fake: 'dataverse', method: 'GET' },
    effect: { kind: 'answer', status: 429, code: '0x80072322', headers: { 'Retry-After': '7' } },
  });
  const error = await refusal(() => list(), { status: 429, code: '0x80072322' });
  assert.equal(error.headers['retry-after'], '7');
  // The limiter's own answer, once its window is full.
  await control('PUT', '/v1/dataverse/protection', { requests: 1 });
  await list();
  const limited = await refusal(() => list(), { status: 429, code: '0x80072322' });
  assert.match(limited.headers['retry-after'], /^[1-9][0-9]*$/);
  await control('DELETE', '/v1/dataverse/protection');
  await list();
});

await check('unsupported-queries', async () => {
  const gone = { status: 405, code: '0x80040315' };
  const fetchXml = '<fetch datasource="retained"><entity name="new_badge"><attribute name="new_name"/></entity></fetch>';
  await refusal(() => api.fetch({ collection, fetchXml }), gone, 'datasource');
  await refusal(() => list({ savedQuery: '2f0b7c61-5d0e-4a53-9a0e-0b6f7a1c0001' }), gone, '$top');
});
