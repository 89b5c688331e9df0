//! `/v1/balance` and `/v1/balance_transactions`

use std::sync::Arc;

use super::call::{Call, Operation, Run};
use super::content::Content;
use super::listing::{self, AFTER, BEFORE, CREATED, LIMIT};
use crate::domain::money::ACCOUNT_CURRENCY;
use crate::error::Error;
use crate::params::{Field, Kind, later, opt};
use crate::render::Shown;
use crate::wire;
use crate::wire::shape::value_of;

const LIST: &[Field] = &[
    CREATED,
    opt("currency", Kind::Currency),
    BEFORE,
    LIMIT,
    later("payout"),
    opt("source", Kind::Text(5_000)),
    AFTER,
    opt("type", Kind::Text(100)),
];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation { method: "GET", path: "/v1/balance", id: "retrieveBalance", fields: &[], run: Run::Read(balance) },
    Operation {
        method: "GET",
        path: "/v1/balance_transactions",
        id: "listBalanceTransactions",
        fields: LIST,
        run: Run::Read(list),
    },
    Operation {
        method: "GET",
        path: "/v1/balance_transactions/{id}",
        id: "retrieveBalanceTransaction",
        fields: &[],
        run: Run::Read(retrieve),
    },
];

#[expect(clippy::unnecessary_wraps, reason = "the signature of every handler")]
fn balance(shown: Shown<'_>, _: &Call) -> Result<Content, Error> {
    let balances = shown.state.books.balance(ACCOUNT_CURRENCY, shown.view.now);
    Ok(value_of(&wire::balance(&balances, shown.view)).into())
}

fn list(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let params = &call.params;
    let created = listing::created(call);
    let key = params.text("source").map(|source| ("source", source));
    let page = shown.state.transactions.page(&listing::paging(call)?, key, |row| {
        created(row.created)
            && params.currency("currency").is_none_or(|currency| row.currency == currency)
            && params.text("type").is_none_or(|kind| row.kind.as_str() == kind)
    });
    listing::answer(call, "balance transaction", page, |row| Arc::clone(row).into())
}

fn retrieve(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let transaction = shown.state.transactions.get(&call.id);
    let transaction = transaction.ok_or_else(|| Error::no_such_at_url("balance transaction", &call.id, "id"))?;
    Ok(transaction.into())
}
