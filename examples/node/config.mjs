// What the service is told by its environment. Whatever is missing or unusable is named, all at once, before anything starts.

const problems = [];

function optional(name, otherwise) {
  return process.env[name]?.trim() || otherwise;
}

function required(name, why = '') {
  const value = optional(name);
  if (!value) problems.push(`${name} is missing${why}`);
  return value ?? '';
}

/** The base URL of another service. Secrets travel there, so it is https; plain http stays on this machine. */
function base(name, otherwise) {
  const text = otherwise ? optional(name, otherwise) : required(name);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const local = ['127.0.0.1', 'localhost', '[::1]'].includes(url?.hostname);
  if (text && !(url?.protocol === 'https:' || (url?.protocol === 'http:' && local))) {
    problems.push(`${name} must be an https URL`);
  }
  return text.replace(/\/+$/, '');
}

function tokenUrl() {
  if (optional('ENTRA_TOKEN_URL')) return base('ENTRA_TOKEN_URL');
  const tenant = required('TENANT_ID');
  return `${base('ENTRA_AUTHORITY', 'https://login.microsoftonline.com')}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`;
}

function number(name, otherwise, least, most, what) {
  const value = Number(optional(name, otherwise));
  if (!(Number.isInteger(value) && value >= least && value <= most)) problems.push(`${name} must be a ${what} from ${least} to ${most}`);
  return value;
}

const millis = (name, otherwise) => number(name, otherwise, 1, 120_000, 'number of milliseconds');

/** Scheme, host and port of each allowed address, as browsers compare them. */
function origins(name) {
  const list = optional(name, '').split(',').map((entry) => entry.trim()).filter(Boolean);
  for (const entry of list) {
    if (!URL.canParse(entry) || new URL(entry).origin !== entry.replace(/\/$/, '').toLowerCase()) {
      problems.push(`${name} must be a comma list of origins such as https://events.example`);
    }
  }
  return new Set(list.filter((entry) => URL.canParse(entry)).map((entry) => new URL(entry).origin));
}

export const config = {
  host: optional('HOST', '127.0.0.1'),
  port: number('PORT', '7202', 0, 65_535, 'port'),
  dataverseUrl: base('DATAVERSE_URL'),
  tokenUrl: tokenUrl(),
  clientId: required('CLIENT_ID'),
  clientSecret: required('CLIENT_SECRET'),
  stripeApiBase: base('STRIPE_API_BASE', 'https://api.stripe.com'),
  stripeApiKey: required('STRIPE_API_KEY'),
  // Whoever runs without this secret believes everybody's events.
  stripeWebhookSecret: required('STRIPE_WEBHOOK_SECRET', '; without it anybody could report payments'),
  returnOrigins: origins('ALLOWED_RETURN_ORIGINS'),
  stateFile: optional('STATE_FILE'),
  callTimeout: millis('CALL_TIMEOUT_MS', '7000'),
  answerWithin: millis('ANSWER_WITHIN_MS', '9000'),
  /** The metadata key under which the purchase id travels through Stripe. */
  metadataKey: 'order_id',
};

/** Whether our key moves real money; undefined if it does not show. */
config.livemode = config.stripeApiKey.match(/^(?:sk|rk)_(live|test)_/)?.[1];
config.livemode &&= config.livemode === 'live';

if (problems.length > 0) {
  console.error(`The environment is not complete:\n- ${problems.join('\n- ')}`);
  process.exit(2);
}
