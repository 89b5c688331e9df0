// What comes from a browser's address bar is read strictly: whatever could mean two things is refused.

import { Page } from './pages.mjs';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A purchase id in its canonical form; undefined if it is none. It is the only text from outside that goes into a URL of Dataverse. */
export function purchaseId(text) {
  const id = typeof text === 'string' ? text.toLowerCase() : '';
  return UUID.test(id) && !/^[0-]+$/.test(id) ? id : undefined;
}

/** The one value of a parameter; undefined if it is absent or empty. Twice is once too often: which one counts would be a guess. */
function single(parameters, name) {
  const values = parameters.getAll(name);
  if (values.length > 1 || values[0]?.includes('\uFFFD')) throw new Page('damaged');
  return values[0] || undefined;
}

/** Purchase and return URL of a visit; all other parameters are ignored. */
export function readVisit(query, allowedOrigins) {
  if (/[^\x21-\x7e]/.test(query)) throw new Page('damaged');
  const parameters = new URLSearchParams(query);
  const id = purchaseId(single(parameters, 'purchaseId'));
  if (!id) throw new Page('incomplete');
  const back = single(parameters, 'returnUrl');
  if (back !== undefined) checkReturnUrl(back, allowedOrigins);
  return { id, back };
}

/** Takes an absolute web address of an allowed origin that every parser reads the same way, and nothing that needs repair. */
function checkReturnUrl(text, allowedOrigins) {
  const sound =
    text.length <= 2048 && // what Stripe stores
    !/[\u0000-\u0020\u007f-\u00a0\\]|\s/u.test(text) && // browsers drop or replace these
    /^https?:\/\/[^/?#@%]+([/?#]|$)/i.test(text) && // no user information, no encoded host, no missing slashes
    URL.canParse(text);
  if (!sound) throw new Page('damaged');
  // Compared whole, never by prefix or by `includes`.
  if (!allowedOrigins.has(new URL(text).origin)) throw new Page('stranger'); // payloop: remove this line to see S-O01 fail
}
