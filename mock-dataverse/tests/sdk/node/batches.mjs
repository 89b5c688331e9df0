// `$batch` as DynamicsWebApi writes it, with LF: asked for, and by itself where a URL is long.

import assert from 'node:assert/strict';
import { api, check, nobody, refusal } from './lab.mjs';

const collection = 'new_badges';

await check('batch', async () => {
  api.startBatch();
  api.create({ collection, data: { new_name: 'In a batch', new_number: 70 } });
  api.update({ collection, key: 'new_number=1', data: { new_name: 'Renamed in a batch' } });
  api.retrieve({ collection, key: 'new_number=1', select: ['new_name'] });
  api.retrieveMultiple({ collection, select: ['new_number'], filter: 'new_number ge 70', count: true });
  api.count({ collection });
  const [made, renamed, row, found, count] = await api.executeBatch();
  assert.match(made, /^[0-9a-f-]{36}$/i);
  assert.equal(renamed, true);
  assert.equal(row.new_name, 'Renamed in a batch');
  assert.deepEqual(found.value.map((each) => each.new_number), [70]);
  assert.equal(count, await api.count({ collection }));
});

await check('change-set', async () => {
  api.startBatch();
  api.create({ collection: 'contacts', data: { lastname: 'Referred' }, contentId: '1' });
  api.create({ collection, data: { new_name: 'Refers', new_number: 80, 'new_ContactId@odata.bind': '$1' } });
  const [, made] = await api.executeBatch();
  const row = await api.retrieve({
    collection,
    key: made,
    expand: [{ property: 'new_ContactId', select: ['lastname'] }],
  });
  assert.equal(row.new_ContactId.lastname, 'Referred');
  // All or nothing.
  api.startBatch();
  api.create({ collection, data: { new_name: 'Rolled back', new_number: 81 } });
  api.create({ collection, data: { new_name: 'Taken', new_number: 80 } });
  await refusal(() => api.executeBatch(), {});
  assert.equal(await api.count({ collection, filter: 'new_number eq 81' }), 0);
  // Without change sets each stands for itself, and the client goes on after errors.
  api.startBatch();
  api.retrieve({ collection, key: nobody, select: ['new_name'], inChangeSet: false });
  api.retrieve({ collection, key: made, select: ['new_name'], inChangeSet: false });
  const errors = await api.executeBatch({ continueOnError: true }).catch((errors) => errors);
  assert.equal(errors[0].status, 404);
  assert.equal(errors[1].new_name, 'Refers');
});

await check('long-url', async () => {
  const long = 'x'.repeat(3000);
  await api.create({ collection, data: { new_name: long, new_number: 90 } });
  const found = await api.retrieveMultiple({ collection, select: ['new_number'], filter: `new_name eq '${long}'` });
  assert.deepEqual(found.value.map((row) => row.new_number), [90]);
});
