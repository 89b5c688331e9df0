// Rows by DynamicsWebApi: made, read, changed, linked and deleted.

import assert from 'node:assert/strict';
import { api, check, formatted, nobody, refusal } from './lab.mjs';

const collection = 'new_badges';
let ada;
let first;
const badge = (key, ...select) => api.retrieve({ collection, key, select });

await check('create', async () => {
  ada = await api.create({
    collection: 'contacts',
    data: { firstname: 'Ada', lastname: 'Ng' },
    returnRepresentation: true,
  });
  assert.equal(ada.lastname, 'Ng');
  first = await api.create({
    collection,
    data: {
      new_name: 'First',
      new_number: 1,
      new_issued: new Date('2026-11-01T08:30:00Z'),
      'new_ContactId@odata.bind': `/contacts(${ada.contactid})`,
    },
  });
  assert.match(first, /^[0-9a-f-]{36}$/i);
});

await check('retrieve', async () => {
  const row = await api.retrieve({
    collection,
    key: first,
    select: ['new_name', 'new_colour', 'new_issued', '_new_contactid_value'],
    expand: [{ property: 'new_ContactId', select: ['lastname'] }],
    includeAnnotations: '*',
  });
  assert.deepEqual([row.new_name, row.new_ContactId.lastname], ['First', 'Ng']);
  assert.deepEqual(row.new_issued, new Date('2026-11-01T08:30:00Z'));
  assert.equal(row[`new_colour@${formatted}`], 'Red');
  assert.equal(row.new_colour_Formatted, 'Red');
  assert.equal(row._new_contactid_value_LogicalName, 'contact');
  assert.equal((await badge('new_number=1', 'new_name')).new_name, 'First');
  // A row that has not changed since is not sent again.
  const etag = row['@odata.etag'];
  assert.equal(await api.retrieve({ collection, key: first, select: ['new_name'], ifnonematch: etag }), undefined);
  await refusal(() => badge(nobody, 'new_name'), { status: 404, code: '0x80040217' }, 'Does Not Exist');
});

await check('retrieve-multiple', async () => {
  for (const number of [10, 11, 12]) {
    await api.create({ collection, data: { new_name: `Many ${number}`, new_number: number, new_colour: 2 } });
  }
  const found = await api.retrieveMultiple({
    collection,
    select: ['new_name', 'new_number', 'new_colour'],
    filter: 'new_colour eq 2 and new_number ge 11',
    orderBy: ['new_number desc'],
    count: true,
    includeAnnotations: formatted,
  });
  assert.deepEqual(found.value.map((row) => row.new_number), [12, 11]);
  assert.deepEqual([found.oDataCount, found.value[0].new_colour_Formatted], [2, 'Blue']);
  const top = await api.retrieveMultiple({ collection, select: ['new_number'], orderBy: ['new_number'], top: 1 });
  assert.deepEqual(top.value.map((row) => row.new_number), [1]);
  const groups = await api.retrieveMultiple({ collection, apply: 'groupby((new_colour),aggregate($count as n))' });
  assert.deepEqual(groups.value.map((row) => [row.new_colour, row.n]), [[1, 1], [2, 3]]);
});

await check('pages', async () => {
  const wanted = { collection, select: ['new_number'], orderBy: ['new_number'], maxPageSize: 3 };
  const page = await api.retrieveMultiple(wanted);
  assert.deepEqual(page.value.map((row) => row.new_number), [1, 10, 11]);
  const next = await api.retrieveMultiple(wanted, page.oDataNextLink);
  assert.deepEqual(next.value.map((row) => row.new_number), [12]);
  assert.equal((await api.retrieveAll({ ...wanted, maxPageSize: 1 })).value.length, 4);
});

await check('count', async () => {
  assert.equal(await api.count({ collection }), 4);
  assert.equal(await api.count({ collection, filter: 'new_colour eq 2' }), 3);
  assert.equal(await api.countAll({ collection, filter: 'new_colour eq 2' }), 3);
});

await check('update', async () => {
  assert.equal(await api.update({ collection, key: first, data: { new_name: 'Again' } }), true);
  const shown = await api.update({
    collection,
    key: first,
    data: { new_colour: 2 },
    select: ['new_name', 'new_colour'],
    returnRepresentation: true,
  });
  assert.deepEqual([shown.new_name, shown.new_colour], ['Again', 2]);
  // Only what is there is changed.
  await refusal(() => api.update({ collection, key: nobody, data: { new_name: 'x' } }), { status: 404 });
});

await check('conditions', async () => {
  const etag = (await badge(first, 'new_name'))['@odata.etag'];
  assert.equal(await api.update({ collection, key: first, data: { new_name: 'By tag' }, ifmatch: etag }), true);
  assert.equal(await api.update({ collection, key: first, data: { new_name: 'Late' }, ifmatch: etag }), false);
  assert.equal(await api.deleteRecord({ collection, key: first, ifmatch: etag }), false);
  assert.equal((await badge(first, 'new_name')).new_name, 'By tag');
});

await check('upsert', async () => {
  const made = await api.upsert({ collection, key: 'new_number=20', data: { new_name: 'Twenty' } });
  assert.match(made, /^[0-9a-f-]{36}$/i);
  assert.equal((await badge(made, 'new_name')).new_name, 'Twenty');
  await api.upsert({ collection, key: 'new_number=20', data: { new_name: 'Twenty again' } });
  assert.equal((await badge(made, 'new_name')).new_name, 'Twenty again');
  // Neither made where it must exist, nor changed where it must not.
  const data = { new_name: 'x' };
  assert.equal(await api.upsert({ collection, key: nobody, data, ifmatch: '*' }), null);
  assert.equal(await api.upsert({ collection, key: made, data, ifnonematch: '*' }), null);
});

await check('single-property', async () => {
  await api.updateSingleProperty({ collection, key: first, fieldValuePair: { new_name: 'Single' } });
  const name = await api.retrieve({ collection, key: first, navigationProperty: 'new_name' });
  assert.equal(name.value, 'Single');
  assert.equal(await api.deleteRecord({ collection, key: first, property: 'new_issued' }), true);
  assert.equal((await badge(first, 'new_issued')).new_issued, null);
});

await check('associations', async () => {
  const holder = async () => (await badge(first, '_new_contactid_value'))._new_contactid_value;
  const single = { collection, primaryKey: first, navigationProperty: 'new_ContactId' };
  await api.disassociateSingleValued(single);
  assert.equal(await holder(), null);
  await api.associateSingleValued({ ...single, relatedCollection: 'contacts', relatedKey: ada.contactid });
  assert.equal(await holder(), ada.contactid);
  const many = {
    collection: 'contacts',
    primaryKey: ada.contactid,
    relationshipName: 'new_contact_new_badge',
    relatedKey: first,
  };
  await api.disassociate(many);
  assert.equal(await holder(), null);
  await api.associate({ ...many, relatedCollection: collection });
  assert.equal(await holder(), ada.contactid);
  const held = await api.retrieve({
    collection: 'contacts',
    key: ada.contactid,
    select: ['lastname'],
    expand: [{ property: 'new_contact_new_badge', select: ['new_number'], filter: 'new_number lt 5' }],
  });
  assert.deepEqual(held.new_contact_new_badge.map((row) => row.new_number), [1]);
});

await check('delete', async () => {
  const gone = await api.create({ collection, data: { new_name: 'Gone', new_number: 50 } });
  assert.equal(await api.deleteRecord({ collection, key: gone }), true);
  await refusal(() => badge(gone, 'new_name'), { status: 404 });
});

await check('deep-insert', async () => {
  const row = await api.create({
    collection,
    data: { new_name: 'Deep', new_number: 60, new_ContactId: { lastname: 'Within' } },
    select: ['new_name'],
    expand: [{ property: 'new_ContactId', select: ['lastname'] }],
    returnRepresentation: true,
  });
  assert.equal(row.new_ContactId.lastname, 'Within');
});
