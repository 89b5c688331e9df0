//! The account's balance: what can be paid out and what cannot yet, in each currency.
//!
//! Sums are kept as entries come in, so that asking for the balance costs the same however many there are.

use std::collections::BTreeMap;

use super::transaction::BalanceTransaction;

/// The sums of all entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Books {
    /// Everything, in the smallest unit, by currency code.
    total: BTreeMap<&'static str, i64>,
    /// What becomes available at a time in Unix seconds, by currency code.
    coming: BTreeMap<i64, BTreeMap<&'static str, i64>>,
}

/// One currency's balance, in the smallest unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// The currency's code.
    pub currency: &'static str,
    /// What can be paid out; negative when the account owes.
    pub available: i64,
    /// What cannot yet.
    pub pending: i64,
}

impl Books {
    /// Takes an entry in. `now` is in Unix seconds; what became available before need not be told apart any more.
    pub fn enter(&mut self, entry: &BalanceTransaction, now: i64) {
        add(&mut self.total, entry.currency.code(), entry.net());
        self.coming = self.coming.split_off(&now.saturating_add(1));
        if entry.available_on > now {
            add(self.coming.entry(entry.available_on).or_default(), entry.currency.code(), entry.net());
        }
    }

    /// The balance at `now`, in Unix seconds: the account's own currency first, the others by code.
    pub fn balance(&self, own: &'static str, now: i64) -> Vec<Balance> {
        let mut pending = BTreeMap::new();
        for sums in self.coming.range(now.saturating_add(1)..).map(|(_, sums)| sums) {
            for (currency, amount) in sums {
                add(&mut pending, currency, *amount);
            }
        }
        let of = |currency: &'static str| {
            let sum = |sums: &BTreeMap<&'static str, i64>| sums.get(currency).copied().unwrap_or_default();
            let pending = sum(&pending);
            Balance { currency, available: sum(&self.total).saturating_sub(pending), pending }
        };
        let others = self.total.keys().copied().filter(|currency| *currency != own);
        std::iter::once(own).chain(others).map(of).collect()
    }
}

fn add(sums: &mut BTreeMap<&'static str, i64>, currency: &'static str, amount: i64) {
    let sum = sums.entry(currency).or_default();
    *sum = sum.saturating_add(amount);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Books;
    use crate::domain::belonging::Belonging;
    use crate::domain::money::Currency;
    use crate::domain::transaction::{BalanceTransaction, Entry};

    fn entry(code: &str, amount: i64, fee: i64, available_on: i64) -> BalanceTransaction {
        BalanceTransaction {
            id: "txn_1".into(),
            created: 0,
            available_on,
            amount,
            fee,
            currency: Currency::parse(code).unwrap(),
            description: None,
            source: "ch_1".into(),
            kind: Entry::Charge,
            belongs: Belonging::default(),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Whatever comes in and whenever it is asked, the sums are those of the entries themselves.
        #[test]
        fn the_balance_is_the_sum_of_the_entries(
            entries in proptest::collection::vec((0..3_usize, -500..500_i64, 0..9_i64, 0..50_i64, 0..20_i64), 0..30),
            later in 0..60_i64,
        ) {
            let codes = ["usd", "eur", "jpy"];
            let (mut books, mut now) = (Books::default(), 0);
            let mut all = Vec::new();
            for (code, amount, fee, wait, pause) in entries {
                now += pause;
                let entry = entry(codes[code], amount, fee, now + wait);
                books.enter(&entry, now);
                all.push(entry);
            }
            let at = now + later;
            let told = books.balance("usd", at);
            prop_assert_eq!(told[0].currency, "usd");
            for balance in told {
                let of = |pending: bool| all.iter()
                    .filter(|entry| entry.currency.code() == balance.currency && (entry.available_on > at) == pending)
                    .map(BalanceTransaction::net)
                    .sum::<i64>();
                prop_assert_eq!((balance.available, balance.pending), (of(false), of(true)));
            }
        }
    }
}
