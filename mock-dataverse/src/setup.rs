//! The rows that an organization has from the start: itself, its business unit, users, roles, currencies.

use jiff::Timestamp;
use uuid::Uuid;

use crate::config::{Config, ConfigError};
use crate::dataverse::{ADMINISTRATOR, SYSTEM_USER};
use crate::store::{Fields, Store};
use crate::views;

/// Writes the configured rows.
pub(crate) fn rows(store: &Store, now: Timestamp, config: &Config) -> Result<(), ConfigError> {
    let base = config
        .currencies
        .iter()
        .find(|currency| currency.iso_code == config.base_currency)
        .ok_or_else(|| ConfigError::BaseCurrency(config.base_currency.clone()))?;
    let organization = &config.organization;
    let views = views::standard()?;
    store.write(now, |tx| {
        for currency in &config.currencies {
            let fields = Fields::new()
                .set("isocurrencycode", currency.iso_code.as_str())
                .set("currencyname", currency.name.as_str())
                .set("currencysymbol", currency.symbol.as_str())
                .set("currencyprecision", currency.precision)
                .set("exchangerate", currency.exchange_rate)
                .set("organizationid", organization.id);
            tx.create("transactioncurrency", currency.id, fields)?;
        }
        let fields = Fields::new().set("name", organization.friendly_name.as_str());
        tx.create("businessunit", organization.business_unit, fields)?;
        let fields = Fields::new()
            .set("name", organization.unique_name.as_str())
            .set("basecurrencyid", base.id)
            .set("currencysymbol", base.symbol.as_str())
            .set("languagecode", 1033);
        tx.create("organization", organization.id, fields)?;
        let user = |name: &str| Fields::new().set("fullname", name).set("businessunitid", organization.business_unit);
        tx.create("systemuser", SYSTEM_USER, user("SYSTEM"))?;
        tx.create("systemuser", ADMINISTRATOR, user("Administrator").set("accessmode", 0))?;
        for (tenant, app) in config.tenants.iter().flat_map(|tenant| tenant.apps.iter().map(move |app| (tenant, app))) {
            let Some(id) = app.user else { continue };
            let fields = user(&format!("# {}", app.name))
                .set("applicationid", app.client_id)
                .set("azureactivedirectoryobjectid", app.object_id)
                .set("accessmode", 4);
            tx.create("systemuser", id, fields)?;
            for role in &app.roles {
                // The same role name is one row for all apps: its id follows from the name.
                let id = Uuid::new_v5(&tenant.id, role.as_bytes());
                if tx.get("role", id).is_none() {
                    let fields =
                        Fields::new().set("name", role.as_str()).set("businessunitid", organization.business_unit);
                    tx.create("role", id, fields)?;
                }
            }
        }
        views::write(tx, organization.id, views)
    })?;
    Ok(())
}
