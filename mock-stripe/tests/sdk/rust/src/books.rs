//! The books: the balance, and the entries that make it.

use std::collections::BTreeMap;

use futures_util::TryStreamExt as _;
use stripe::Client;
use stripe_core::balance::RetrieveForMyAccountBalance;
use stripe_core::balance_transaction::{ListBalanceTransaction, RetrieveBalanceTransaction};
use stripe_core::refund::CreateRefund;
use stripe_core::{Balance, BalanceAmount};
use stripe_shared::{BalanceTransaction, BalanceTransactionSource};
use stripe_types::Currency;

use crate::aftermath::paid;
use crate::ok;
use crate::world::World;

/// All of it.
pub async fn books(world: &World, client: &Client) {
    balance(world, client).await;
    entries(client).await;
}

async fn now(client: &Client) -> Balance {
    RetrieveForMyAccountBalance::new().send(client).await.unwrap()
}

async fn balance(world: &World, client: &Client) {
    let dollars = |rows: &[BalanceAmount]| rows.iter().find(|row| row.currency == Currency::USD).unwrap().amount;
    let before = now(client).await;
    assert!(!before.livemode);
    let (intent, _) = paid(client, "pm_card_bypassPending").await;
    world.later("3s").await;
    let after = now(client).await;
    // 2.9 % and 30 cents are the fee.
    assert_eq!(dollars(&after.available) - dollars(&before.available), 4000 - 116 - 30);
    CreateRefund::new().payment_intent(intent).send(client).await.unwrap();
    world.later("50h").await;
    assert_eq!(dollars(&now(client).await.pending), 0);
    ok("balance");
}

async fn entries(client: &Client) {
    let entries: Vec<BalanceTransaction> =
        ListBalanceTransaction::new().limit(3).paginate().stream(client).try_collect().await.unwrap();
    let mut book = BTreeMap::<String, i64>::new();
    for entry in &entries {
        assert!(entry.id.as_str().starts_with("txn_"), "{}", entry.id);
        assert_eq!(entry.net, entry.amount - entry.fee);
        *book.entry(entry.currency.to_string()).or_default() += entry.net;
    }
    assert!(entries.len() > 10, "only {} entries", entries.len());
    let balance = now(client).await;
    assert_eq!(balance.available.len(), balance.pending.len());
    for (available, pending) in balance.available.iter().zip(&balance.pending) {
        let sum = book.get(&available.currency.to_string()).copied().unwrap_or_default();
        assert_eq!(available.amount + pending.amount, sum, "{}", available.currency);
    }
    let failures = ListBalanceTransaction::new().type_("refund_failure").expand(["data.source".to_owned()]);
    let failures = failures.send(client).await.unwrap().data;
    let [failure] = failures.as_slice() else { panic!("{failures:#?}") };
    let source = failure.source.as_ref().and_then(|source| source.as_object());
    assert!(matches!(source, Some(BalanceTransactionSource::Refund(_))), "{source:#?}");
    let one = RetrieveBalanceTransaction::new(&failure.id).send(client).await.unwrap();
    assert_eq!(one.reporting_category, "refund_failure");
    ok("balance-transactions");
}
