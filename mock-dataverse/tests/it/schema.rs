//! The embedded schema files: they load, they agree with each other, and mistakes are named.

use mock_dataverse::Config;
use mock_dataverse::schema::{ColumnType, Schema};
use mock_dataverse::store::Fields;

use crate::support::{guid, org_with};

#[test]
fn the_embedded_tables_load() {
    let schema = Schema::standard().unwrap();
    let purchase = schema.entity_set("msevtmgt_eventpurchases").unwrap();
    assert_eq!(purchase.logical_name, "msevtmgt_eventpurchase");
    assert_eq!(purchase.primary_id, "msevtmgt_eventpurchaseid");
    for column in
        ["msevtmgt_totalprice", "msevtmgt_totalprice_base", "exchangerate", "ownerid", "statecode", "versionnumber"]
    {
        assert!(purchase.column(column).is_some(), "{column}");
    }
    let (_, currency) = purchase.readable("_transactioncurrencyid_value").unwrap();
    assert_eq!(currency.navigation(), Some("transactioncurrencyid"));
    assert!(purchase.readable("transactioncurrencyid").is_none(), "a lookup is read under its value name only");
    assert!(purchase.navigation("msevtmgt_EventId").is_some());
    assert!(purchase.navigation("msevtmgt_eventid").is_none(), "navigation names keep their case");
    let currencies = schema.table("transactioncurrency").unwrap();
    assert!(currencies.collection("TransactionCurrency_msevtmgt_eventpurchase").is_some());
}

#[test]
fn every_unknown_name_says_why_it_is_a_placeholder() {
    let schema = Schema::standard().unwrap();
    for table in schema.tables() {
        for column in table.columns().iter().filter(|column| column.name.starts_with("payloop_")) {
            assert!(column.placeholder.is_some(), "{}.{}", table.logical_name, column.name);
        }
        assert!(!table.source.is_empty());
    }
}

#[test]
fn every_default_is_an_option_and_every_status_has_a_state() {
    let schema = Schema::standard().unwrap();
    for table in schema.tables() {
        for column in table.columns() {
            match &column.kind {
                ColumnType::Choice { default: Some(default), options } => {
                    assert!(
                        options.iter().any(|option| option.value == *default),
                        "{}.{}",
                        table.logical_name,
                        column.name
                    );
                }
                ColumnType::Status { options } => {
                    assert!(options.iter().all(|option| option.state.is_some()));
                }
                _ => {}
            }
        }
    }
}

#[track_caller]
fn check_refused(text: &str, problem: &str) {
    let error = Schema::load([("x.toml", text)]).unwrap_err();
    assert_eq!(error.file, "x.toml");
    assert!(error.problem.contains(problem), "{}", error.problem);
}

const HEAD: &str = "logical_name='x'\nentity_set='xs'\nprimary_id='xid'\ndisplay_name='X'\nownership='none'\nsource='test'\n[columns]\n";

#[test]
fn mistakes_in_a_file_are_named() {
    check_refused("nonsense", "expected");
    check_refused(&format!("{HEAD}a = {{ type = 'colour' }}"), "colour");
    check_refused(&format!("{HEAD}A = {{ type = 'text' }}"), "lower case");
    check_refused(&format!("{HEAD}a = {{ type = 'lookup' }}"), "needs a target");
    check_refused(&format!("{HEAD}a = {{ type = 'lookup', target = 'y' }}"), "no table y");
    check_refused(&format!("{HEAD}a = {{ type = 'choice', options = {{ one = 'One' }} }}"), "not a number");
    let twice = format!(
        "{HEAD}createdby = {{ type = 'text' }}\ncreatedonbehalfby = {{ type = 'text' }}\nmodifiedby = {{ type = 'text' }}\nmodifiedonbehalfby = {{ type = 'text' }}"
    );
    let error = Schema::load([("a.toml", twice.as_str()), ("b.toml", twice.as_str())]).unwrap_err();
    assert_eq!((error.file.as_str(), error.problem.contains("twice")), ("b.toml", true));
}

/// The table that the README shows is taken from there, so that the example cannot go stale.
#[tokio::test]
async fn a_table_of_ones_own_is_a_matter_of_data() {
    let readme = include_str!("../../README.md");
    let table = readme.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let mut org =
        org_with(Config { schema_files: vec![("new_badge.toml".to_owned(), table.to_owned())], ..Config::default() });
    org.sign_in().await;
    org.put("msevtmgt_event", guid(1), Fields::new().set("msevtmgt_name", "Fair"));
    let body =
        format!(r#"{{"new_name":"Gold","new_colour":2,"new_EventId@odata.bind":"/msevtmgt_events({})"}}"#, guid(1));
    assert_eq!(org.call("POST", "new_badges", &[], &body).await.status, 204);
    let found = org.get("msevtmgt_events?$select=msevtmgt_name&$expand=new_msevtmgt_event_new_badge($select=new_name)&$filter=new_msevtmgt_event_new_badge/any(b:b/new_colour eq 2)").await;
    assert_eq!(found.json()["value"][0]["new_msevtmgt_event_new_badge"][0]["new_name"], "Gold");
}
