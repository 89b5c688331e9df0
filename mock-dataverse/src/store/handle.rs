//! The shared handle: readers and writers behind one lock.

use std::sync::Arc;

use jiff::Timestamp;
use mock_core::patience;
use parking_lot::RwLock;
use uuid::Uuid;

use super::data::{Change, Data};
use super::row::Row;
use super::tx::Tx;
use crate::schema::Schema;

/// All rows of one organization. Clones share the same rows.
#[derive(Debug, Clone)]
pub struct Store {
    /// Beside the rows, so that asking for the tables waits for nobody. It never changes.
    schema: Arc<Schema>,
    data: Arc<RwLock<Data>>,
    system_user: Uuid,
}

impl Store {
    /// An empty store. `system_user` is noted as the author of writes that name no other.
    pub fn new(schema: Arc<Schema>, system_user: Uuid) -> Self {
        let data = Arc::new(RwLock::new(Data::new(Arc::clone(&schema))));
        Self { schema, data, system_user }
    }

    /// The tables.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// Reads under the lock. Keep the closure short and never wait in it; it must not call the store again.
    pub fn read<T>(&self, look: impl FnOnce(&Data) -> T) -> T {
        look(&patience::read(&self.data))
    }

    /// Changes several rows as one: all changes stay if the closure returns `Ok`, none if it returns `Err`. `now` is the
    /// world's time, stamped as `createdon` and `modifiedon`. The closure must not call the store again.
    pub fn write<T, E>(&self, now: Timestamp, change: impl FnOnce(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        self.write_as(now, self.system_user, change)
    }

    /// As [`Store::write`], in the name of a user.
    pub fn write_as<T, E>(
        &self,
        now: Timestamp,
        user: Uuid,
        change: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.write_for(now, user, None, change)
    }

    /// As [`Store::write_as`], in the name of a user for whom another acts.
    pub fn write_for<T, E>(
        &self,
        now: Timestamp,
        user: Uuid,
        on_behalf: Option<Uuid>,
        change: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut data = patience::write(&self.data);
        let mut tx = Tx::new(&mut data, now, user, on_behalf);
        let result = change(&mut tx);
        let replaced = if result.is_ok() {
            tx.replaced()
        } else {
            tx.roll_back();
            Vec::new()
        };
        drop(data);
        drop(replaced);
        result
    }

    /// One row.
    pub fn get(&self, table: &str, id: Uuid) -> Option<Arc<Row>> {
        patience::read(&self.data).get(table, id).cloned()
    }

    /// Changes of a row's tracked columns, oldest first.
    pub fn history(&self, table: &str, id: Uuid) -> Vec<Change> {
        patience::read(&self.data).history(table, id)
    }

    /// The author of writes that name no other.
    pub fn system_user(&self) -> Uuid {
        self.system_user
    }

    /// Everything as it is now; later writes do not touch it.
    pub fn snapshot(&self) -> Data {
        patience::read(&self.data).clone()
    }

    /// Puts everything back as it was.
    pub fn restore(&self, data: &Data) {
        *patience::write(&self.data) = data.clone();
    }
}
