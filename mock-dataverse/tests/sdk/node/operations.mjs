// Functions and actions: the platform's, the event-management app's, and one's own.

import assert from 'node:assert/strict';
import { api, check, nobody, purchases, refusal } from './lab.mjs';

const actionName = 'msevtmgt_finalizeregistrationpayment';
const finalize = (purchase, status) =>
  api.callAction({ actionName, action: { msevtmgt_purchaseid: purchase, msevtmgt_paymentstatus: status } });

await check('functions', async () => {
  assert.match((await api.callFunction('RetrieveVersion')).Version, /^9\./);
  const { Detail } = await api.callFunction({
    name: 'RetrieveCurrentOrganization',
    parameters: { AccessType: "Microsoft.Dynamics.CRM.EndpointAccessType'Default'" },
  });
  assert.equal(Detail.Endpoints.Count, Detail.Endpoints.Keys.length);
});

await check('custom-function', async () => {
  const early = await api.callFunction({ name: 'new_CalculatePrice', parameters: { new_Code: 'EARLY', new_Count: 2 } });
  assert.equal(early.new_Total, 12.5);
  const other = await api.callFunction({ name: 'new_CalculatePrice', parameters: { new_Code: 'LATE' } });
  assert.equal(other.new_Total, 0);
});

await check('finalize', async () => {
  const read = (key) =>
    api.retrieve({
      collection: 'msevtmgt_eventpurchases',
      key,
      select: ['msevtmgt_totalprice', 'msevtmgt_processed'],
      expand: [{ property: 'transactioncurrencyid', select: ['isocurrencycode'] }],
    });
  const open = await read(purchases[0]);
  assert.deepEqual([open.msevtmgt_totalprice, open.transactioncurrencyid.isocurrencycode], [49.5, 'USD']);
  assert.equal(open.msevtmgt_processed, false);
  assert.equal(await finalize(purchases[0], 100000001), undefined);
  assert.equal((await read(purchases[0])).msevtmgt_processed, true);
  assert.equal(await finalize(purchases[1], 100000000), undefined);
});

await check('finalize-refused', async () => {
  await refusal(() => finalize(nobody, 100000001), { status: 404 });
  await refusal(() => finalize(purchases[2], 'paid'), { status: 400 });
  const incomplete = () => api.callAction({ actionName, action: { msevtmgt_purchaseid: purchases[2] } });
  await refusal(incomplete, { status: 400, code: '0x80040203' }, 'msevtmgt_paymentstatus');
  const odd = { msevtmgt_purchaseid: purchases[2], msevtmgt_paymentstatus: 100000001, other: 1 };
  await refusal(() => api.callAction({ actionName, action: odd }), { status: 400, code: '0x80048d19' }, 'other');
});
