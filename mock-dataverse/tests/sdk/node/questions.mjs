// Questions in other languages than OData's, by DynamicsWebApi: FetchXML page by page, and views.

import assert from 'node:assert/strict';
import { api, check, formatted, refusal } from './lab.mjs';

const collection = 'new_badges';
const { contactid } = await api.create({
  collection: 'contacts',
  data: { firstname: 'Quin', lastname: 'Fetch' },
  returnRepresentation: true,
});
const ids = [];
for (const number of [200, 201, 202, 203, 204]) {
  const data = { new_name: `Asked ${number}`, new_number: number, new_colour: 1 + (number % 2) };
  if (number < 202) data['new_ContactId@odata.bind'] = `/contacts(${contactid})`;
  ids.push(await api.create({ collection, data }));
}

const asked = '<filter><condition attribute="new_number" operator="ge" value="200"/><condition attribute="new_number" operator="le" value="204"/></filter>';
const down = '<attribute name="new_number"/><order attribute="new_number" descending="true"/>';
const xml = (attributes, inside) => `<fetch ${attributes}><entity name="new_badge">${inside}${asked}</entity></fetch>`;
const numbers = (answer) => answer.value.map((row) => row.new_number);

await check('fetch', async () => {
  const inside = '<attribute name="new_colour"/><attribute name="new_contactid"/><order attribute="new_number"/>'
    + '<link-entity name="contact" from="contactid" to="new_contactid" link-type="outer" alias="owner"><attribute name="lastname"/></link-entity>';
  const found = await api.fetch({ collection, fetchXml: xml('', inside), includeAnnotations: '*' });
  assert.deepEqual(found.value.map((row) => row['owner.lastname']), ['Fetch', 'Fetch', undefined, undefined, undefined]);
  assert.deepEqual([found.value[0].new_colour_Formatted, found.value[0]._new_contactid_value_LogicalName], ['Red', 'contact']);
  assert.deepEqual(numbers(await api.fetch({ collection, fetchXml: xml('top="2"', down) })), [204, 203]);
  const groups = '<attribute name="new_colour" alias="colour" groupby="true"/><attribute name="new_number" alias="sum" aggregate="sum"/><order alias="colour"/>';
  const sums = await api.fetch({ collection, fetchXml: xml('aggregate="true"', groups), includeAnnotations: formatted });
  assert.deepEqual(sums.value.map((row) => [row.colour_Formatted, row.sum]), [['Red', 606], ['Blue', 404]]);
});

await check('fetch-pages', async () => {
  const fetchXml = xml('count="2"', down);
  const first = await api.fetch({ collection, fetchXml, includeAnnotations: '*' });
  assert.deepEqual([numbers(first), first.PagingInfo.page, first.PagingInfo.nextPage], [[204, 203], 1, 2]);
  const { nextPage, cookie } = first.PagingInfo;
  assert.match(cookie, /^&lt;cookie page=&quot;1&quot;&gt;/);
  const second = await api.fetch({ collection, fetchXml, pageNumber: nextPage, pagingCookie: cookie, includeAnnotations: '*' });
  assert.deepEqual(numbers(second), [202, 201]);
  const third = await api.fetch({ collection, fetchXml, pageNumber: 3, includeAnnotations: '*' });
  assert.deepEqual([numbers(third), third.PagingInfo], [[200], undefined]);
});

await check('fetch-all', async () => {
  const all = await api.fetchAll({ collection, fetchXml: xml('count="2"', down), includeAnnotations: '*' });
  assert.deepEqual(numbers(all), [204, 203, 202, 201, 200]);
});

await check('fetch-refused', async () => {
  const wrong = xml('', '<attribute name="new_nothing"/>');
  await refusal(() => api.fetch({ collection, fetchXml: wrong }), { status: 400, code: '0x80041103' }, 'new_nothing');
  await refusal(() => api.fetch({ collection: 'contacts', fetchXml: xml('', '') }), { status: 400, code: '0x80060888' }, 'contacts');
});

await check('views', async () => {
  const views = await api.retrieveMultiple({ collection: 'savedqueries', select: ['savedqueryid'], filter: "name eq 'Active Contacts'" });
  const active = await api.retrieveMultiple({ collection: 'contacts', savedQuery: views.value[0].savedqueryid });
  assert.ok(active.value.some((row) => row.fullname === 'Quin Fetch'));
  const own = await api.create({
    collection: 'userqueries',
    data: { name: 'Asked', returnedtypecode: 'new_badge', querytype: 0, fetchxml: xml('', down) },
  });
  assert.deepEqual(numbers(await api.retrieveMultiple({ collection, userQuery: own })), [204, 203, 202, 201, 200]);
  await api.deleteRecord({ collection: 'userqueries', key: own });
  await refusal(() => api.retrieveMultiple({ collection, userQuery: own }), { status: 404, code: '0x80040217' }, 'userquery');
});

for (const key of ids) await api.deleteRecord({ collection, key });
await api.deleteRecord({ collection: 'contacts', key: contactid });
