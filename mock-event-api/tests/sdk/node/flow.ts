// Every operation of the document by the client that was made from it: one check each, named by its operation.
//
// `tsc` knows the type of each answer from the document, and the client holds each against it once more when it arrives.

import assert from 'node:assert/strict';

import * as api from './client/index.js';
import type { Attendee, CustomField, Event, Pass, Session, Speaker, Sponsorship, Track, User } from './client/index.js';
import { check, control, isPng, organizationId, path, readableEventId, redirectUri, stranger } from './lab.js';

const ada: Attendee = { firstName: 'Ada', lastName: 'Ng', email: 'ada@example.test' };
const only = <T>(list: T[], fits: (item: T) => boolean): T => list.find(fits) ?? assert.fail(JSON.stringify(list));

await check('publicApiGetEvents', async () => {
  const { data }: { data: Event[] } = await api.publicApiGetEvents({ path: { organizationId }, throwOnError: true });
  assert.deepEqual(data.map((event) => event.readableEventId), [readableEventId]);
  const nobody = { webappId: '6b1f0c0e-0000-4000-8000-00000000dead' };
  const { data: none } = await api.publicApiGetEvents({ path: { organizationId }, query: nobody, throwOnError: true });
  assert.deepEqual(none, []);
});

await check('publicApiGetEvent', async () => {
  const { data }: { data: Event } = await api.publicApiGetEvent({ path, throwOnError: true });
  assert.deepEqual([data.eventName, data.maxCapacity, data.building?.city], ['Harbour Conference', 300, 'Hamburg']);
  assert.deepEqual([data.startDate, data.startDateUTC], ['2027-03-29T09:00:00', '2027-03-29T07:00:00Z']);
});

await check('publicApiGetCaptcha', async () => {
  const gone = await api.publicApiGetCaptcha({ path, throwOnError: false });
  assert.equal(gone.response?.status, 404);
  assert.ok(gone.error && 'Message' in gone.error);
  await control('PUT', '/v1/switches/EAPI-37', { value: 'legacy' });
  const { data } = await api.publicApiGetCaptcha({ path, throwOnError: true });
  assert.ok(data.HipUrl.startsWith('https://'));
});

let questions: CustomField[] = [];
await check('publicApiGetCustomRegistrationFields', async () => {
  ({ data: questions } = await api.publicApiGetCustomRegistrationFields({ path, throwOnError: true }));
  const meals = only(questions, (question) => question.isRequired);
  assert.deepEqual([meals.type, meals.choices], [100000002, 'Fish\nBread\nNuts']);
});

await check('publicApiGetEventQrCode', async () => {
  await isPng((await api.publicApiGetEventQrCode({ path, throwOnError: true })).data);
});

let sessions: Session[] = [];
await check('publicApiGetEventSessions', async () => {
  ({ data: sessions } = await api.publicApiGetEventSessions({ path, throwOnError: true }));
  assert.deepEqual(sessions.map(({ name }) => name), ['Opening', 'Cranes by hand']);
  assert.deepEqual(sessions[1]?.speakers?.map(({ name }) => name).sort(), ['Ana Ruiz', 'Bo Li']);
});

await check('publicApiGetEventTracks', async () => {
  const { data }: { data: Track[] } = await api.publicApiGetEventTracks({ path, throwOnError: true });
  assert.deepEqual(data.map(({ name, description }) => [name, description]), [['Machines', 'What lifts.'], ['People', null]]);
});

let passes: Pass[] = [];
await check('publicApiGetEventPasses', async () => {
  ({ data: passes } = await api.publicApiGetEventPasses({ path, throwOnError: true }));
  const told = passes.map(({ passName, price, currencySymbol }) => [passName, price, currencySymbol]);
  assert.deepEqual(told, [['All days', 249, '€'], ['Opening only', 49, '€']]);
});

let purchaseId = '';
await check('publicApiRegister', async () => {
  const meals = only(questions, (question) => question.isRequired).customRegistrationFieldId;
  const opening = only(sessions, ({ name }) => name === 'Opening').id;
  const attendee: Attendee = {
    ...ada,
    passId: only(passes, ({ passName }) => passName === 'All days').passId,
    responses: [{ id: meals, value: 'Fish, Nuts', values: ['Fish', 'Nuts'] }],
    attendeeSessions: [{ sessionId: opening }],
  };
  const { data } = await api.publicApiRegister({ path, body: { attendees: [attendee] }, throwOnError: true });
  const link = new URL(data.redirectUrl ?? assert.fail('no link'));
  purchaseId = link.searchParams.get('purchaseId') ?? assert.fail(link.href);
  const incomplete = await api.publicApiRegister({ path, body: { attendees: [ada] }, throwOnError: false });
  assert.equal(incomplete.response?.status, 400, 'an event with passes wants one');
});

await check('publicApiFinalizeRegistration', async () => {
  const shut = await api.publicApiFinalizeRegistration({ path, body: { purchaseId }, throwOnError: false });
  assert.equal(shut.response?.status, 404);
  await control('PUT', '/v1/event-api/features', { payments: true, demo_payments: true });
  const { data } = await api.publicApiFinalizeRegistration({ path, body: { purchaseId, hipObject: null }, throwOnError: true });
  assert.equal(data.status, 'Success');
});

await check('publicApiGetRegistrationsCount', async () => {
  const { data }: { data: number } = await api.publicApiGetRegistrationsCount({ path, throwOnError: true });
  assert.equal(data, 1);
});

let bo: Speaker | undefined;
await check('publicApiGetEventSpeakers', async () => {
  const { data } = await api.publicApiGetEventSpeakers({ path, throwOnError: true });
  bo = only(data, ({ name }) => name === 'Bo Li');
  assert.deepEqual(bo.sessions.map(({ name }) => name), ['Opening', 'Cranes by hand']);
});

let sponsor: Sponsorship | undefined;
await check('publicApiGetEventSponsorships', async () => {
  const { data } = await api.publicApiGetEventSponsorships({ path, throwOnError: true });
  sponsor = only(data, ({ sponsorName }) => sponsorName === 'Fabrikam');
});

await check('publicApiGetSponsorshipsLogo', async () => {
  const sponsorshipId = sponsor?.id ?? assert.fail();
  await isPng((await api.publicApiGetSponsorshipsLogo({ path: { organizationId, sponsorshipId }, throwOnError: true })).data);
});

await check('publicApiGetSpeakerImage', async () => {
  const speakerId = bo?.id ?? assert.fail();
  await isPng((await api.publicApiGetSpeakerImage({ path: { organizationId, speakerId }, throwOnError: true })).data);
});

await check('publicApiGetSessionById', async () => {
  const sessionId = sessions[0]?.id ?? assert.fail();
  const { data } = await api.publicApiGetSessionById({ path: { organizationId, sessionId }, throwOnError: true });
  assert.deepEqual([data.name, data.registrationCount, data.timeZone], ['Opening', 1, 110]);
});

await check('publicApiGetSessionRegistrationCount', async () => {
  const counted = sessions.map(async ({ id: sessionId }) => {
    const answer = await api.publicApiGetSessionRegistrationCount({ path: { organizationId, sessionId }, throwOnError: true });
    return answer.data;
  });
  assert.deepEqual(await Promise.all(counted), [1, 0]);
});

await check('publicApiGetUser', async () => {
  const { data }: { data: User } = await api.publicApiGetUser({ path: { organizationId }, throwOnError: true });
  assert.deepEqual([data.isAnonymous, data.email], [true, null]);
});

await check('publicApiCreateCheckInAndRedirect', async () => {
  const registrationId = process.env.REGISTRATIONS_URL
    ? await fetch(process.env.REGISTRATIONS_URL).then(async (answer) => (await answer.json())[0].registration_id as string)
    : assert.fail();
  const call = { path: { organizationId }, query: { redirectUri }, body: { registrationId } };
  // A redirect is an answer here, and no way to follow.
  const { response } = await api.publicApiCreateCheckInAndRedirect({ ...call, redirect: 'manual', throwOnError: false });
  assert.deepEqual([response?.status, response?.headers.get('location')], [302, redirectUri]);
});

await check('refusals', async () => {
  const wrong = await api.publicApiGetEvent({ path, client: stranger('nobody'), throwOnError: false });
  assert.equal(wrong.response?.status, 401);
  const none = await api.publicApiGetEvent({ path, client: stranger(), throwOnError: false });
  assert.equal(none.response?.status, 400);
  const elsewhere = { organizationId, readableEventId: 'None1' };
  const unknown = await api.publicApiGetEvent({ path: elsewhere, throwOnError: false });
  assert.ok(unknown.response?.status === 404 && unknown.error && 'Message' in unknown.error);
});
