//! Every parameter that Stripe publishes for a route of ours, and every word that it publishes as its value, is taken or refused by its
//! name as not supported. None is called unknown or invalid, which would tell a caller that the service does not have it.

use std::collections::BTreeSet;

use mock_stripe::routes;
use serde_json::Value;

use crate::published::{Published, folder};
use crate::support::Lab;

/// The parameters below a schema as a form spells them, each with every word that it may hold: `a[b][0]=word`.
fn pairs(schema: &Value, name: &str, depth: usize, into: &mut BTreeSet<String>) {
    let alternatives = schema["anyOf"].as_array().map_or_else(|| vec![schema], |all| all.iter().collect());
    for schema in alternatives {
        let inside = schema["properties"].as_object().filter(|members| !members.is_empty() && depth < 6);
        match inside {
            Some(members) => {
                for (member, schema) in members {
                    let name = if name.is_empty() { member.clone() } else { format!("{name}[{member}]") };
                    pairs(schema, &name, depth + 1, into);
                }
            }
            None if schema["type"] == "array" => pairs(&schema["items"], &format!("{name}[0]"), depth + 1, into),
            None => match schema["enum"].as_array() {
                Some(words) => {
                    into.extend(words.iter().map(|word| format!("{name}={}", word.as_str().unwrap_or_default())));
                }
                // Wrong nearly everywhere; but names are looked at before values.
                None => drop(into.insert(format!("{name}=x"))),
            },
        }
    }
}

#[tokio::test]
async fn nothing_that_is_published_is_called_unknown_or_invalid() {
    let Some(folder) = folder() else { return };
    let published = Published::open(&folder);
    let lab = Lab::start().await;
    let (mut unknown, mut asked) = (BTreeSet::new(), 0);
    for (method, path, _) in routes() {
        let Some(operation) = published.operation(method, path) else { continue };
        let mut parameters = BTreeSet::new();
        for body in operation["requestBody"]["content"].as_object().into_iter().flat_map(serde_json::Map::values) {
            pairs(&published.resolved(&body["schema"]), "", 0, &mut parameters);
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            if parameter["in"] == "query" {
                let schema = published.resolved(&parameter["schema"]);
                pairs(&schema, parameter["name"].as_str().unwrap(), 0, &mut parameters);
            }
        }
        let path = path.split('/').map(|part| if part.starts_with('{') { "nothing" } else { part });
        let path = path.collect::<Vec<_>>().join("/");
        for pair in parameters.into_iter().filter(|pair| !pair.starts_with('=')) {
            asked += 1;
            let answer = match method {
                "POST" => lab.post(&path, &pair).await,
                "DELETE" => lab.delete(&format!("{path}?{pair}")).await,
                _ => lab.get(&format!("{path}?{pair}")).await,
            };
            let unknown_name = answer.text.contains("\"parameter_unknown\"");
            let wrong_word = ["must be one of", "Invalid boolean", "\"parameter_invalid_empty\""];
            let wrong_word = !pair.ends_with("=x") && wrong_word.iter().any(|wrong| answer.text.contains(wrong));
            if unknown_name || wrong_word {
                unknown.insert(format!("{method} {path}: {pair}"));
            }
        }
    }
    assert!(asked > 4_000, "only {asked} parameters and values");
    assert!(unknown.is_empty(), "{unknown:#?}");
}
