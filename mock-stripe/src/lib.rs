//! A fake Stripe for one-off payments: API, hosted page and webhooks.
