//! Search where it exists, pages of it and of lists that are filtered.

use std::collections::HashMap;

use futures_util::TryStreamExt as _;
use stripe::Client;
use stripe_core::charge::{ListCharge, SearchCharge};
use stripe_core::customer::{CreateCustomer, SearchCustomer};
use stripe_core::event::ListEvent;
use stripe_core::payment_intent::{
    CreatePaymentIntent, CreatePaymentIntentAutomaticPaymentMethods,
    CreatePaymentIntentAutomaticPaymentMethodsAllowRedirects, ListPaymentIntent, SearchPaymentIntent,
};
use stripe_product::price::{CreatePrice, SearchPrice};
use stripe_product::product::{CreateProduct, SearchProduct};
use stripe_shared::{Charge, Event, PaymentIntent};
use stripe_types::{Currency, RangeBoundsTs, RangeQueryTs};

use crate::{ok, refusal};

/// The ids of rows.
macro_rules! ids {
    ($rows:expr) => {
        $rows.iter().map(|row| row.id.to_string()).collect::<Vec<_>>()
    };
}

/// All of it.
pub async fn search(client: &Client) {
    let (customer, made) = search_all(client).await;
    search_pages(client, &customer, &made).await;
    filtered_pages(client, &customer, &made).await;
}

async fn intent(client: &Client, customer: &str, amount: i64, method: Option<&str>) -> PaymentIntent {
    let own = CreatePaymentIntentAutomaticPaymentMethods {
        allow_redirects: Some(CreatePaymentIntentAutomaticPaymentMethodsAllowRedirects::Never),
        enabled: true,
    };
    let tour = HashMap::from([("tour".to_owned(), "Ω 7".to_owned())]);
    let asked = CreatePaymentIntent::new(amount, Currency::USD).automatic_payment_methods(own);
    let asked = asked.customer(customer).metadata(tour);
    let asked = method.map_or(asked.clone(), |method| asked.payment_method(method).confirm(true));
    asked.send(client).await.unwrap()
}

/// Gives the customer's id and the intents, the newest first; that one is not paid.
async fn search_all(client: &Client) -> (String, Vec<PaymentIntent>) {
    let grace = CreateCustomer::new().name("Grace Hopper").email("grace@example.com").send(client).await.unwrap();
    let whose = format!("customer:'{}'", grace.id);
    let methods = ["pm_card_visa", "pm_card_mastercard", "pm_card_visa", "pm_card_visa"].map(Some);
    let mut made = Vec::new();
    for (method, amount) in methods.into_iter().chain([None]).zip(1100..) {
        made.insert(0, intent(client, grace.id.as_str(), amount, method).await);
    }
    let shelf = HashMap::from([("shelf".to_owned(), "12".to_owned())]);
    let product = CreateProduct::new("Violet umbrella").metadata(shelf).send(client).await.unwrap();
    let price = CreatePrice::new(Currency::USD).product(product.id.as_str()).unit_amount(999).lookup_key("umbrella");
    let price = price.send(client).await.unwrap();

    let known = [grace.id.to_string()];
    for (query, expected) in [
        ("email:'grace@example.com' AND name:'hopper'", known.as_slice()),
        ("name~'race hop' -email:null", &known),
        ("name:'nobody'", &[]),
    ] {
        assert_eq!(ids!(SearchCustomer::new(query).send(client).await.unwrap().data), expected, "{query}");
    }
    for (query, expected) in [
        ("metadata['tour']:'Ω 7' AND status:'succeeded'".to_owned(), &made[1..]),
        (format!("{whose} AND amount>=1102 AND amount<1104"), &made[1..3]),
    ] {
        let found = SearchPaymentIntent::new(&query).send(client).await.unwrap().data;
        assert_eq!(ids!(found), ids!(expected), "{query}");
    }
    let query = format!("{whose} AND payment_method_details.card.brand:'mastercard'");
    let charged = ids!(SearchCharge::new(query).send(client).await.unwrap().data);
    assert_eq!(charged, [made[3].latest_charge.as_ref().unwrap().id().to_string()]);
    for query in ["name~'umbrella' AND active:'true'", "metadata['shelf']:'12' OR name:'nothing'"] {
        let found = SearchProduct::new(query).send(client).await.unwrap().data;
        assert_eq!(ids!(found), [product.id.to_string()], "{query}");
    }
    assert_eq!(
        ids!(SearchPrice::new("lookup_key:'umbrella'").send(client).await.unwrap().data),
        [price.id.to_string()]
    );
    let counted = SearchCustomer::new("name:'hopper'").expand(["total_count".to_owned()]);
    assert_eq!(counted.send(client).await.unwrap().total_count, Some(1));
    let wrong = refusal(SearchCustomer::new("name=ada").send(client).await, 400);
    assert_eq!(wrong.param.as_deref(), Some("query"));
    ok("search");
    (grace.id.to_string(), made)
}

async fn search_pages(client: &Client, customer: &str, made: &[PaymentIntent]) {
    let query = SearchPaymentIntent::new(format!("customer:'{customer}'")).limit(2);
    let first = query.send(client).await.unwrap();
    assert_eq!((ids!(first.data), first.has_more), (ids!(&made[..2]), true));
    let second = query.clone().page(first.next_page.unwrap()).send(client).await.unwrap();
    assert_eq!(ids!(second.data), ids!(&made[2..4]));
    let walked: Vec<PaymentIntent> = query.paginate().stream(client).try_collect().await.unwrap();
    assert_eq!(ids!(walked), ids!(made));
    ok("search-pages");
}

async fn filtered_pages(client: &Client, customer: &str, made: &[PaymentIntent]) {
    let own = ListPaymentIntent::new().customer(customer).limit(2).paginate();
    let walked: Vec<PaymentIntent> = own.stream(client).try_collect().await.unwrap();
    assert_eq!(ids!(walked), ids!(made));
    let own = ListCharge::new().customer(customer).limit(1).paginate();
    let charges: Vec<Charge> = own.stream(client).try_collect().await.unwrap();
    let expected: Vec<_> =
        made[1..].iter().map(|intent| intent.latest_charge.as_ref().unwrap().id().to_string()).collect();
    assert_eq!(ids!(charges), expected);
    let told: Vec<Event> =
        ListEvent::new().type_("charge.succeeded").limit(2).paginate().stream(client).try_collect().await.unwrap();
    assert!(told.len() > 8 && told.iter().all(|event| event.type_.as_str() == "charge.succeeded"));
    let since = made.last().unwrap().created;
    let created = |bounds: RangeBoundsTs| ListPaymentIntent::new().created(RangeQueryTs::Bounds(bounds)).limit(3);
    let from = RangeBoundsTs { gte: Some(since), ..RangeBoundsTs::default() };
    let walked: Vec<PaymentIntent> = created(from).paginate().stream(client).try_collect().await.unwrap();
    assert_eq!(ids!(walked), ids!(made));
    let after = RangeBoundsTs { gt: Some(since + 3600), ..RangeBoundsTs::default() };
    assert!(created(after).send(client).await.unwrap().data.is_empty());
    ok("filtered-pages");
}
