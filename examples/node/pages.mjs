// The few pages that a buyer may see instead of the payment page. Nothing of the inside is in them, and nothing of what was sent.

const AGAIN = 'Please go back to the registration page and follow its link again.';
const ORGANIZER = 'Please contact the organizer of the event.';

const TEXTS = {
  incomplete: [400, 'This payment link is incomplete', AGAIN],
  damaged: [400, 'This payment link is damaged', AGAIN],
  stranger: [400, 'This payment link leads to a site that is not allowed', AGAIN],
  unknown: [404, 'We do not know this registration', 'If you registered just now, please wait a few seconds and reload this page.'],
  paid: [409, 'This registration is already paid', 'There is nothing left to pay. You can close this page.'],
  underWay: [409, 'A payment for this registration is under way', 'Please do not pay again: it is confirmed as soon as the payment arrives.'],
  closed: [410, 'This reservation has ended', 'No money was taken. Please register again if there are places left.'],
  unpayable: [422, 'This registration cannot be paid online', ORGANIZER],
  broken: [502, 'The payment page cannot be opened', `No money was taken. ${ORGANIZER}`],
  busy: [503, 'The payment page cannot be opened right now', 'No money was taken. Please wait a moment and reload this page.'],
};

/** Thrown wherever a visit ends without a payment page. */
export class Page extends Error {
  constructor(name, headers = {}) {
    const [status, title, advice] = TEXTS[name];
    super(title);
    Object.assign(this, { status, title, advice, headers });
  }

  html() {
    return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${this.title}</title></head>
<body><main><h1>${this.title}</h1><p>${this.advice}</p></main></body>
</html>
`;
  }
}
