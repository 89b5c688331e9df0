//! What leaves the service: S-X06.

use futures_util::FutureExt as _;
use mock_core::control::dto::EntryView;
use mock_core::journal::Filter;

use crate::buyer::Means;
use crate::check::journal::{is_call_to, path_of};
use crate::check::secrets::leaks_in;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::Sale;
use crate::target::Personal;

/// Stripe needs a price, a purchase id and a place to go to. Whatever else it is told stays in another company's systems, and in the address
/// bar of everybody.
pub static X06: Case = Case {
    id: "S-X06",
    title: "searches everything sent to Stripe, and every Location",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "no token of Dataverse, client secret, webhook secret or API key, and no attendee's name or mail unless the profile declares it (shares_with_stripe)",
    sources: &["INV-7", "AV 14.2.1", "AV 14.2.3"],
    needs: Needs::NOTHING,
    run: |ctx| searched(ctx).boxed(),
};

async fn searched(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let word = ctx.ids().base62("attendee", &ctx.scope(), 10);
    let (first, last) = (format!("Ilse{word}"), format!("Brandt{word}"));
    let email = format!("{}.{}@example.test", first.to_ascii_lowercase(), last.to_ascii_lowercase());
    let purchase = ctx.register_as(&seller, &first, &last, &email).await?;
    ctx.step(format!("gave the attendee the name {first} {last} and the address {email}, which stand nowhere else"));
    let answer = ctx.follow(&purchase).await?;
    ctx.pay(&answer, &Means::card()).await?;
    let seen = ctx.settled(&purchase).await?;
    let sought = &ctx.bench().sought;

    let to_stripe: Vec<&EntryView> =
        seen.exchanges().filter(|entry| is_call_to(entry, "stripe") && path_of(entry).starts_with("/v1/")).collect();
    let mut sign_ins =
        ctx.control().journal(&Filter { fake: Some("entra".to_owned()), ..Filter::default() }).await?.entries;
    sign_ins.truncate(SIGN_INS);
    let mut leaks: Vec<String> =
        to_stripe.iter().copied().chain(&sign_ins).flat_map(|entry| leaks_in(entry, sought)).collect();
    let location = answer.location().unwrap_or_default();
    leaks.extend(sought.found_in(location).map(|what| format!("the {what} in Location")));
    ctx.check(
        "no secret goes to Stripe, stands in Location, or goes to the token endpoint where it does not belong",
        "each credential in the Authorization header of its own system alone, and the client secret in token requests",
        if leaks.is_empty() { "none".to_owned() } else { leaks.join("; ") },
        leaks.is_empty(),
    );
    for (what, kind, texts) in
        [("name", Personal::Name, [&first, &last]), ("e-mail address", Personal::Email, [&email, &email])]
    {
        if ctx.profile().declares.shares_with_stripe.contains(&kind) {
            ctx.report(format!("the attendee's {what} at Stripe"), "declared in shares_with_stripe, so not looked for");
            continue;
        }
        let mut places: Vec<String> = to_stripe
            .iter()
            .filter(|entry| texts.iter().any(|text| sent(entry).contains(&text.to_ascii_lowercase())))
            .map(|entry| format!("#{} {}", entry.seq, path_of(entry)))
            .collect();
        let named = texts.iter().any(|text| decoded(location).contains(&text.to_ascii_lowercase()));
        places.extend(named.then(|| "Location".to_owned()));
        ctx.check(
            format!("the attendee's {what} is not told to Stripe"),
            "nowhere: Stripe asks the buyer itself; declare shares_with_stripe in the profile if it is meant",
            if places.is_empty() { "nowhere".to_owned() } else { places.join(", ") },
            places.is_empty(),
        );
    }
    Ok(())
}

/// How many token requests are looked at: they are all made by the same code.
const SIGN_INS: usize = 20;

/// All that a call says, decoded, in lower case.
fn sent(entry: &EntryView) -> String {
    let request = &entry.request;
    let headers: Vec<&str> = request.headers.iter().map(|(_, value)| value.as_str()).collect();
    let headers = headers.join("\n");
    let target = request.target.as_deref().unwrap_or_default();
    decoded(&format!("{target}\n{headers}\n{}", request.body))
}

fn decoded(text: &str) -> String {
    let text = text.replace('+', " ");
    percent_encoding::percent_decode_str(&text).decode_utf8_lossy().to_ascii_lowercase()
}
