//! Products, prices and lists.

use serde_json::json;

use crate::support::Lab;

#[tokio::test]
async fn a_product_is_made_changed_listed_and_deleted() {
    let lab = Lab::start().await;
    let made = lab.post("/v1/products", "name=Tea&metadata[b]=2&metadata[a]=1&default_price_data[currency]=JPY&default_price_data[unit_amount]=500&expand[]=default_price").await.ok();
    assert_eq!(made["default_price"]["currency"], "jpy");
    assert_eq!(made["metadata"], json!({"a": "1", "b": "2"}));
    let path = format!("/v1/products/{}", made["id"].as_str().unwrap());
    let changed = lab.post(&path, "name=Green+tea&metadata[a]=&description=&active=false").await.ok();
    assert_eq!((changed["name"].as_str(), &changed["metadata"]), (Some("Green tea"), &json!({"b": "2"})));
    assert!(lab.get("/v1/products?active=true").await.ok()["data"].as_array().unwrap().is_empty());
    let cleared = lab.post(&path, "metadata=").await.ok();
    assert_eq!(cleared["metadata"], json!({}));

    let free = lab.post("/v1/products", "name=x&id=own-id").await.ok();
    assert_eq!(free["id"], "own-id");
    assert_eq!(lab.post("/v1/products", "name=x&id=own-id").await.json()["error"]["code"], "resource_already_exists");
    assert_eq!(
        lab.delete("/v1/products/own-id").await.ok(),
        json!({"id": "own-id", "object": "product", "deleted": true})
    );
    assert_eq!(lab.get("/v1/products/own-id").await.ok()["deleted"], true);
    assert_eq!(lab.get("/v1/products").await.ok()["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_price_keeps_its_amount_and_both_its_spellings() {
    let lab = Lab::start().await;
    let whole = lab.post("/v1/prices", "unit_amount=1999&currency=USD&product_data[name]=x&lookup_key=a").await.ok();
    assert_eq!(
        (&whole["unit_amount"], &whole["unit_amount_decimal"], &whole["currency"]),
        (&json!(1999), &json!("1999"), &json!("usd"))
    );
    let part = lab.post("/v1/prices", "unit_amount_decimal=0.50&currency=usd&product_data[name]=x").await.ok();
    assert_eq!((&part["unit_amount"], &part["unit_amount_decimal"]), (&json!(null), &json!("0.5")));
    let path = format!("/v1/prices/{}", whole["id"].as_str().unwrap());
    assert_eq!(lab.post(&path, "unit_amount=1").await.json()["error"]["code"], "parameter_unknown");
    assert_eq!(lab.post(&path, "nickname=n").await.ok()["nickname"], "n");
    let taken = lab.post("/v1/prices", "unit_amount=1&currency=usd&product_data[name]=x&lookup_key=a").await;
    assert_eq!(taken.json()["error"]["param"], "lookup_key");
    let moved = lab
        .post("/v1/prices", "unit_amount=1&currency=usd&product_data[name]=x&lookup_key=a&transfer_lookup_key=true")
        .await
        .ok();
    let found = lab.get("/v1/prices?lookup_keys[]=a&expand[]=data.product").await.ok();
    assert_eq!(found["data"].as_array().unwrap().len(), 1);
    assert_eq!((&found["data"][0]["id"], &found["data"][0]["product"]["name"]), (&moved["id"], &json!("x")));
}

#[tokio::test]
async fn lists_page_in_both_directions() {
    let lab = Lab::start().await;
    let mut ids = Vec::new();
    for n in 0..12 {
        ids.push(lab.post("/v1/products", &format!("name=p{n}")).await.ok()["id"].as_str().unwrap().to_owned());
    }
    ids.reverse();
    let list = |query: String| {
        let lab = &lab;
        async move {
            let body = lab.get(&format!("/v1/products{query}")).await.ok();
            let found: Vec<_> =
                body["data"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
            assert_eq!(body["url"], "/v1/products");
            (found, body["has_more"] == true)
        }
    };
    assert_eq!(list(String::new()).await, (ids[..10].to_vec(), true));
    assert_eq!(list(format!("?starting_after={}", ids[9])).await, (ids[10..].to_vec(), false));
    assert_eq!(list(format!("?limit=3&ending_before={}", ids[5])).await, (ids[2..5].to_vec(), true));
    for (query, param) in [
        ("?limit=0", "limit"),
        ("?limit=101", "limit"),
        ("?starting_after=prod_x", "starting_after"),
        ("?starting_after=a&ending_before=b", "ending_before"),
        ("?created[between]=1", "created[between]"),
    ] {
        let answer = lab.get(&format!("/v1/products{query}")).await;
        assert_eq!((answer.status, answer.json()["error"]["param"].as_str()), (400, Some(param)), "{}", answer.text);
    }
}

#[tokio::test]
async fn created_filters_have_open_and_closed_ends() {
    let lab = Lab::start().await;
    let early = lab.post("/v1/products", "name=early").await.ok()["created"].as_i64().unwrap();
    lab.world.advance(mock_core::SignedDuration::from_secs(100)).await;
    lab.post("/v1/products", "name=late").await.ok();
    for (filter, expect) in [
        (format!("created={early}"), 1),
        (format!("created[gt]={early}"), 1),
        (format!("created[gte]={early}"), 2),
        (format!("created[lt]={early}"), 0),
        (format!("created[lte]={early}&created[gte]={early}"), 1),
    ] {
        let found = lab.get(&format!("/v1/products?{filter}")).await.ok();
        assert_eq!(found["data"].as_array().unwrap().len(), expect, "{filter}");
    }
}
