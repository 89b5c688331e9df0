//! Every route of the fake, and the router made of them.

use axum::Router;
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use http::{HeaderMap, Method, Uri};
use mock_core::Exchange;

use super::call::{Operation, serve, unrecognized};
use super::{
    account, authentication, balance, charges, coupons, customers, disputes, events, files, fraud_warnings, intents,
    links, methods, page, payment_pages, prices, products, promotion_codes, refunds, search, sessions, shipping_rates,
    stripecli, webhook_endpoints,
};
use crate::cli;
use crate::stripe::Stripe;

/// The API's operations, noun by noun.
const OPERATIONS: &[&[Operation]] = &[
    products::OPERATIONS,
    prices::OPERATIONS,
    search::OPERATIONS,
    links::OPERATIONS,
    sessions::OPERATIONS,
    intents::OPERATIONS,
    methods::OPERATIONS,
    charges::OPERATIONS,
    refunds::OPERATIONS,
    disputes::OPERATIONS,
    fraud_warnings::OPERATIONS,
    files::OPERATIONS,
    customers::OPERATIONS,
    shipping_rates::OPERATIONS,
    coupons::OPERATIONS,
    promotion_codes::OPERATIONS,
    balance::OPERATIONS,
    events::OPERATIONS,
    webhook_endpoints::OPERATIONS,
    account::OPERATIONS,
    payment_pages::OPERATIONS,
    stripecli::OPERATIONS,
];

/// Every route, as (method, path, operation id): the API's, the hosted pages', the Stripe CLI's socket, and what is in files. The contract document and the fidelity page are
/// checked against it.
pub fn routes() -> Vec<(&'static str, &'static str, &'static str)> {
    let api = OPERATIONS.iter().copied().flatten().map(|operation| (operation.method, operation.path, operation.id));
    api.chain([page::ROUTES, authentication::ROUTES, stripecli::ROUTES, files::ROUTES].concat()).collect()
}

/// The router over one account.
pub(crate) fn router(stripe: &Stripe) -> Router {
    let mut router: Router<Stripe> = Router::new();
    for operation in OPERATIONS.iter().copied().flatten() {
        let handler = move |axum::extract::State(stripe): axum::extract::State<Stripe>,
                            exchange: Exchange,
                            request: axum::extract::Request| async move {
            let (parts, _) = request.into_parts();
            let response =
                serve(operation, &stripe, &exchange, &parts.method, &parts.uri, &parts.headers, exchange.body()).await;
            cli::tell(&stripe, &parts.method, parts.uri.path(), response).await
        };
        let filter = match operation.method {
            "GET" => MethodFilter::GET,
            "DELETE" => MethodFilter::DELETE,
            _ => MethodFilter::POST,
        };
        router = router.route(operation.path, on(filter, handler));
    }
    router
        .merge(page::router())
        .merge(authentication::router())
        .merge(stripecli::router())
        .merge(files::router())
        .fallback(unknown)
        .method_not_allowed_fallback(unknown)
        .with_state(stripe.clone())
}

async fn unknown(
    axum::extract::State(stripe): axum::extract::State<Stripe>,
    exchange: Exchange,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let response = unrecognized(&stripe, &exchange, &method, &uri, &headers);
    cli::tell(&stripe, &method, uri.path(), response).await
}
