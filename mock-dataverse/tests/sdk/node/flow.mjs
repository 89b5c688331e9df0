// MSAL and DynamicsWebApi for Node against the fake, over TLS.
//
// Prints one line per check and stops at the first that fails. What it needs is in the environment; see `main.rs`. Each module makes its
// checks when it is imported, in this order.

await import('./sign_in.mjs');
await import('./records.mjs');
await import('./questions.mjs');
await import('./operations.mjs');
await import('./definitions.mjs');
await import('./batches.mjs');
await import('./refusals.mjs');
