// Tables, columns and relationships as DynamicsWebApi asks for them, and the whole model as CSDL.

import assert from 'node:assert/strict';
import { api, check, client, refusal } from './lab.mjs';

const entityKey = "LogicalName='new_badge'";
const picklist = 'Microsoft.Dynamics.CRM.PicklistAttributeMetadata';

await check('definitions', async () => {
  const tables = await api.retrieveEntities({ select: ['EntitySetName', 'LogicalName'] });
  assert.ok(tables.value.some((table) => table.EntitySetName === 'msevtmgt_eventpurchases'));
  const table = await api.retrieveEntity({
    key: entityKey,
    select: ['EntitySetName', 'PrimaryIdAttribute'],
    expand: [{ property: 'Attributes', select: ['LogicalName'] }],
  });
  assert.deepEqual([table.EntitySetName, table.PrimaryIdAttribute], ['new_badges', 'new_badgeid']);
  assert.ok(table.Attributes.some((column) => column.LogicalName === 'new_colour'));
  const choices = await api.retrieveAttributes({
    entityKey,
    castType: picklist,
    select: ['LogicalName'],
    expand: [{ property: 'OptionSet' }],
  });
  const colour = choices.value.find((column) => column.LogicalName === 'new_colour');
  assert.deepEqual(colour.OptionSet.Options.map((option) => option.Label.UserLocalizedLabel.Label), ['Red', 'Blue']);
  const attributeKey = "LogicalName='new_colour'";
  assert.equal(
    (await api.retrieveAttribute({ entityKey, attributeKey, castType: picklist, select: ['LogicalName'] })).LogicalName,
    'new_colour',
  );
  const castType = 'Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata';
  const relationships = await api.retrieveRelationships({ castType, select: ['SchemaName'] });
  assert.ok(relationships.value.some((each) => each.SchemaName === 'new_contact_new_badge'));
  assert.deepEqual((await api.retrieveGlobalOptionSets()).value, []);
  await refusal(() => api.retrieveEntity({ key: "LogicalName='new_nothing'" }), { status: 404 });
  await refusal(() => api.createEntity({ data: { SchemaName: 'new_Other' } }), { status: 405, code: '0x80040315' });
});

await check('entity-names', async () => {
  // With `useEntityNames` the client asks for the sets once, and takes logical names from then on.
  const named = client({ useEntityNames: true });
  const found = await named.retrieveMultiple({ collection: 'new_badge', select: ['new_number'], top: 1 });
  assert.equal(found.value.length, 1);
});

await check('csdl', async () => {
  const csdl = await api.retrieveCsdlMetadata();
  assert.match(csdl, /^<\?xml /);
  assert.match(csdl, /<EntityType Name="new_badge"/);
  assert.match(csdl, /<Action Name="msevtmgt_finalizeregistrationpayment"/);
});
