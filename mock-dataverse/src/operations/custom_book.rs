//! The custom APIs that there are now: those of the configuration, and those that the control API has added.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::RwLock;

use super::custom::{CustomError, CustomOperation};
use super::definition::Operation;
use super::registry::Registry;
use crate::schema::Schema;

#[derive(Debug, Clone)]
struct Entry {
    definition: CustomOperation,
    operation: Arc<Operation>,
}

type Entries = BTreeMap<String, Entry>;

/// Custom APIs by name.
#[derive(Debug)]
pub(crate) struct CustomBook {
    first: Entries,
    now: RwLock<Entries>,
}

impl CustomBook {
    /// The custom APIs of the configuration.
    pub(crate) fn new(
        definitions: Vec<CustomOperation>,
        schema: &Schema,
        taken: &Registry,
    ) -> Result<Self, CustomError> {
        let mut first = Entries::new();
        for definition in definitions {
            let name = definition.name.clone();
            if first.insert(name.clone(), entry(definition, schema, taken)?).is_some() {
                return Err(CustomError::Definition { name, problem: "it is defined twice".to_owned() });
            }
        }
        Ok(Self { now: RwLock::new(first.clone()), first })
    }

    /// The operation of that name.
    pub(crate) fn get(&self, name: &str) -> Option<Arc<Operation>> {
        self.now.read().get(name).map(|entry| Arc::clone(&entry.operation))
    }

    /// All of them, by name.
    pub(crate) fn all(&self) -> Vec<Arc<Operation>> {
        self.now.read().values().map(|entry| Arc::clone(&entry.operation)).collect()
    }

    /// All definitions, by name.
    pub(crate) fn definitions(&self) -> Vec<CustomOperation> {
        self.now.read().values().map(|entry| entry.definition.clone()).collect()
    }

    /// Adds one, in place of another of its name.
    pub(crate) fn put(
        &self,
        definition: CustomOperation,
        schema: &Schema,
        taken: &Registry,
    ) -> Result<(), CustomError> {
        let name = definition.name.clone();
        let entry = entry(definition, schema, taken)?;
        self.now.write().insert(name, entry);
        Ok(())
    }

    /// Takes one away; false when there is none of that name.
    pub(crate) fn remove(&self, name: &str) -> bool {
        self.now.write().remove(name).is_some()
    }

    /// Back to the configuration.
    pub(crate) fn reset(&self) {
        *self.now.write() = self.first.clone();
    }
}

fn entry(definition: CustomOperation, schema: &Schema, taken: &Registry) -> Result<Entry, CustomError> {
    if taken.get(&definition.name).is_some() {
        let problem = "an operation of the platform or of the app has this name".to_owned();
        return Err(CustomError::Definition { name: definition.name, problem });
    }
    let operation = Arc::new(definition.clone().into_operation(schema)?);
    Ok(Entry { definition, operation })
}
