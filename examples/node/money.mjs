// Turns a price of Dataverse into the integer that Stripe charges, without ever calculating in binary fractions.
// Stripe's smallest units: https://docs.stripe.com/currencies

const NO_DECIMALS = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '));
const THREE_DECIMALS = new Set('bhd jod kwd omr tnd'.split(' '));
const WHOLE_UNITS_ONLY = new Set(['isk', 'ugx']);

/** Far above what Stripe takes, far below where a JSON number of four decimals is no longer exact. */
const LARGEST = 1e10;

/**
 * What to charge: `{ minor, currency }`, or undefined if this cannot be charged: no price, no currency (a guess could charge a
 * hundred times too much), a negative or absurd amount, a fraction where the currency has none.
 */
export function quote(price, code) {
  if (typeof price !== 'number' || !(price >= 0 && price < LARGEST)) return undefined;
  if (typeof code !== 'string' || !/^[A-Za-z]{3}$/.test(code)) return undefined;
  const currency = code.toLowerCase();
  // Money columns have at most four decimals: this text is exactly what Dataverse holds, and from here on all is integer.
  const tenThousandths = BigInt(price.toFixed(4).replace('.', ''));
  const round = (unit) => (tenThousandths + unit / 2n) / unit;
  let minor;
  if (NO_DECIMALS.has(currency)) minor = round(10_000n);
  else if (THREE_DECIMALS.has(currency)) minor = round(100n) * 10n; // the last digit must be 0
  else if (!WHOLE_UNITS_ONLY.has(currency)) minor = round(100n);
  else if (tenThousandths % 10_000n === 0n) minor = (tenThousandths / 10_000n) * 100n; // two decimals that must be 00
  else return undefined;
  return { minor: Number(minor), currency };
}
