//! Calls that must not go well: keys, parameters, unknown objects.

use serde_json::json;
use stripe::{ApiErrorsCode, ApiErrorsType, Client, RequestStrategy};
use stripe_client_core::{RequestBuilder, StripeMethod};
use stripe_payment::payment_link::CreatePaymentLink;
use stripe_product::price::{CreatePrice, ListPrice, RetrievePrice};
use stripe_shared::Product;
use stripe_types::Currency;

use crate::sale::line;
use crate::world::World;
use crate::{ok, refusal};

pub async fn refusals(world: &World, client: &Client) {
    let stranger = crate::client("sk_test_ThisIsNobodysKey1234", &world.api, RequestStrategy::Once);
    let error = refusal(ListPrice::new().send(&stranger).await, 401);
    assert_eq!(error.type_, ApiErrorsType::InvalidRequestError);
    assert_eq!(error.message.as_deref(), Some("Invalid API Key provided: sk_test_****************1234"));
    ok("wrong-key");

    let error = refusal(CreatePrice::new(Currency::USD).send(client).await, 400);
    assert_eq!(error.code, Some(ApiErrorsCode::ParameterMissing));
    assert_eq!(error.param.as_deref(), Some("unit_amount"));
    assert_eq!(error.message.as_deref(), Some("Missing required param: unit_amount."));
    ok("missing-parameter");

    // The typed requests cannot say it; the library's own untyped one can.
    let form = json!({"name": "Seat", "colour": "red"});
    let request = RequestBuilder::new(StripeMethod::Post, "/products").form(&form).customize::<Product>();
    let error = refusal(request.send(client).await, 400);
    assert_eq!(error.code, Some(ApiErrorsCode::ParameterUnknown));
    assert_eq!(error.param.as_deref(), Some("colour"));
    ok("unknown-parameter");

    let error = refusal(RetrievePrice::new("price_nowhere").send(client).await, 404);
    assert_eq!(error.code, Some(ApiErrorsCode::ResourceMissing));
    assert_eq!(error.message.as_deref(), Some("No such price: 'price_nowhere'"));
    let error = refusal(CreatePaymentLink::new([line("price_nowhere", 1)]).send(client).await, 400);
    assert_eq!(error.code, Some(ApiErrorsCode::ResourceMissing));
    assert_eq!(error.param.as_deref(), Some("line_items[0][price]"));
    ok("no-such-object");
}
