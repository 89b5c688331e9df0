//! Ids in Stripe's own forms, drawn from the world's seed.
//!
//! Source: `facts/stripe.md` 8. Ids of one payment share their first 17 characters after the prefix (its *core*).

use mock_core::{IdKind, World};

/// Mints ids for one account.
#[derive(Clone, Copy)]
pub(crate) struct Mint<'a> {
    world: &'a World,
    account: &'a str,
    livemode: bool,
}

impl<'a> Mint<'a> {
    /// A mint for the account.
    pub(crate) fn new(world: &'a World, account: &'a str, livemode: bool) -> Self {
        Self { world, account, livemode }
    }

    /// `prefix` + `1` + 23: prices, links, methods, endpoints, lines, most events.
    pub(crate) fn plain(self, prefix: &str, scope: &str) -> String {
        let mut id = Self::begin(prefix, 24);
        id.push('1');
        self.push(&mut id, prefix, scope, 13);
        // The account's part stands between the first five drawn characters and the other eight.
        id.insert_str(prefix.len() + 6, self.account_part());
        id
    }

    /// `prefix` + 14: products and customers.
    pub(crate) fn short(self, prefix: &str, scope: &str) -> String {
        self.drawn_behind(prefix, prefix, scope, 14)
    }

    /// What the ids of one payment share: `3` + 5 + the account's part + `0`.
    pub(crate) fn core(self, scope: &str) -> String {
        format!("3{}{}0", self.draw("payment", scope, 5), self.account_part())
    }

    /// `prefix` + core + 7: everything of one payment.
    pub(crate) fn of_payment(self, prefix: &str, core: &str, scope: &str) -> String {
        let mut id = Self::begin(prefix, core.len() + 7);
        id.push_str(core);
        self.push(&mut id, prefix, scope, 7);
        id
    }

    /// `cs_test_a1` + 56.
    pub(crate) fn session(self, promotion_codes: bool, scope: &str) -> String {
        let mode = if self.livemode { "live" } else { "test" };
        let kind = if promotion_codes { "b1" } else { "a1" };
        format!("cs_{mode}_{kind}{}", self.draw("cs_", scope, 56))
    }

    /// The last part of a link's address: `test_` + 23.
    pub(crate) fn slug(self, scope: &str) -> String {
        self.drawn_behind(if self.livemode { "" } else { "test_" }, "slug", scope, 23)
    }

    /// `req_` + 14.
    pub(crate) fn request(self, scope: &str) -> String {
        self.drawn_behind("req_", "req_", scope, 14)
    }

    /// `whsec_` + 32.
    pub(crate) fn webhook_secret(self, scope: &str) -> String {
        format!("whsec_{}", self.draw("whsec_", scope, 32))
    }

    /// `whsec_` + 64 hex digits: a device's secret, the same whenever it asks, as `stripe listen` promises.
    pub(crate) fn device_secret(self, device: &str) -> String {
        let text = format!("{} {}", self.world.ids().seed(), self.account);
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, text.as_bytes());
        format!("whsec_{}", hex::encode(ring::hmac::sign(&key, device.as_bytes())))
    }

    /// Eight letters and digits: a coupon.
    pub(crate) fn coupon(self, scope: &str) -> String {
        self.draw("coupon", scope, 8)
    }

    /// Eight capitals and digits: what a buyer types.
    pub(crate) fn promotion_code(self, scope: &str) -> String {
        self.draw("promotion code", scope, 8).to_ascii_uppercase()
    }

    /// So many characters of `0-9A-Za-z`.
    pub(crate) fn draw(self, kind: &str, scope: &str, length: usize) -> String {
        self.world.ids().base62(of(kind), scope, length)
    }

    fn push(self, id: &mut String, kind: &str, scope: &str, length: usize) {
        self.world.ids().push_base62(id, of(kind), scope, length);
    }

    fn begin(prefix: &str, more: usize) -> String {
        let mut id = String::with_capacity(prefix.len() + more);
        id.push_str(prefix);
        id
    }

    fn drawn_behind(self, prefix: &str, kind: &str, scope: &str, length: usize) -> String {
        let mut id = Self::begin(prefix, length);
        self.push(&mut id, kind, scope, length);
        id
    }

    /// So many digits.
    pub(crate) fn digits(self, kind: &str, scope: &str, length: usize) -> String {
        self.world.ids().digits(of(kind), scope, length)
    }

    /// A number from 0 to 99.
    pub(crate) fn percent(self, kind: &str, scope: &str) -> i64 {
        i64::try_from(self.world.ids().below(of(kind), scope, 100)).unwrap_or_default()
    }

    /// Names an instrument across payments: 16 characters, the same for the same account and number.
    pub(crate) fn fingerprint(self, number: &str) -> String {
        let text = format!("{} {} {number}", self.world.ids().seed(), self.account);
        let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
        hex::encode(digest).chars().take(16).collect()
    }

    fn account_part(self) -> &'a str {
        self.account.get(self.account.len().saturating_sub(10)..).unwrap_or(self.account)
    }
}

/// One of Stripe's kinds of ids.
fn of(name: &str) -> IdKind<'_> {
    IdKind { family: "stripe ", name }
}
