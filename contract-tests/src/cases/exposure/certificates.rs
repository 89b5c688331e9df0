//! Others in the place of the systems behind the service: S-X08.

use futures_util::FutureExt as _;
use mock_core::faults::Flaw;

use super::impostor::{DOORS, Doors};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Answer, Sale, Seller};
use crate::target::environment;

/// Whoever takes any certificate gives its secrets to whoever sits in between.
pub static X08: Case = Case {
    id: "S-X08",
    title: "token endpoint, Dataverse and Stripe show a certificate of a wrong host, an expired one, a self-made one",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "the service refuses to talk: nothing is sent behind a certificate that is not right, and no secret",
    sources: &["AV 12.3.2", "AV 12.3.1", "PCI 4.2.1"],
    needs: Needs { managed: true, ..Needs::ALONE },
    run: |ctx| disguised(ctx).boxed(),
};

async fn disguised(ctx: Ctx) -> Result<(), Stop> {
    let doors = Doors::open(&ctx).await?;
    let env = doors.environment(&ctx)?;
    ctx.step("put a door that speaks https in front of the token endpoint, Dataverse and Stripe, and restarted the service behind them, with an authority of its own in SSL_CERT_FILE and its like");
    let launcher = &ctx.bench().launcher;
    launcher.stop().await;
    let judged = match launcher.start(env).await {
        Ok(()) => behind(&ctx, &doors).await,
        Err(error) => Err(Stop::NotTestable(format!(
            "the service does not start when its addresses are https ({error}): let DATAVERSE_URL, ENTRA_AUTHORITY, STRIPE_API_BASE and SSL_CERT_FILE come from the environment, or from [env] of the profile"
        ))),
    };
    // What Stripe is telling just now shall not find the door shut.
    let quiet = ctx.settle().await;
    launcher.stop().await;
    let bench = ctx.bench();
    let before = environment(&bench.endpoints, &bench.profile, &launcher.base())
        .map_err(|error| Stop::suite(error.to_string()))?;
    ctx.step("restarted the service as it was before");
    let started = launcher.start(before).await;
    let seen = started.as_ref().err().map_or_else(|| "it did".to_owned(), ToString::to_string);
    ctx.require("the service comes up again", "ready after a restart", seen, started.is_ok())?;
    quiet?;
    judged
}

async fn behind(ctx: &Ctx, doors: &Doors) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let (token, others) = (DOORS[0], [DOORS[1], DOORS[2]]);
    // First, while the service has no token yet and has to ask for one.
    let before = doors.last();
    for flaw in Flaw::ALL {
        met(ctx, doors, &seller, token, flaw).await?;
    }
    let answer = visit(ctx, &seller).await?;
    let (came, refused) = doors.came(token.0, before, &ctx.bench().sought);
    if answer.status != 302 {
        let why = match (came.is_empty(), refused) {
            (true, 0) => "it does not call there at all",
            (true, _) => "it does not trust the authority that SSL_CERT_FILE and its like name",
            (false, _) => "it calls there, but does not get through",
        };
        return Err(Stop::NotTestable(format!(
            "behind a right certificate a visit is answered {answer}: {why}; let the service take DATAVERSE_URL, ENTRA_AUTHORITY, STRIPE_API_BASE and SSL_CERT_FILE from the environment, or from [env] of the profile"
        )));
    }
    for door in others {
        for flaw in Flaw::ALL {
            met(ctx, doors, &seller, door, flaw).await?;
        }
    }
    let answer = visit(ctx, &seller).await?;
    ctx.should("behind right certificates it works again", "302", &answer, answer.status == 302);
    Ok(())
}

async fn visit(ctx: &Ctx, seller: &Seller) -> Result<Answer, Stop> {
    let purchase = ctx.register(seller).await?;
    ctx.follow(&purchase).await
}

/// One visit while one door shows one wrong certificate.
async fn met(ctx: &Ctx, doors: &Doors, seller: &Seller, (name, place): (&str, &str), flaw: Flaw) -> Result<(), Stop> {
    let before = doors.last();
    let plan = doors.spoil(name, flaw);
    let what = if flaw == Flaw::Expired { format!("an {}", flaw.describe()) } else { format!("a {}", flaw.describe()) };
    ctx.step(format!("had {place} show {what}"));
    let answer = visit(ctx, seller).await;
    doors.mend(plan);
    let answer = answer?;
    let (came, refused) = doors.came(name, before, &ctx.bench().sought);
    // Whoever has a token already does not ask for another one.
    let met = !came.is_empty() || refused > 0;
    ctx.check(
        format!("nothing is sent to {place} behind {what}"),
        "the connection is broken off in the handshake: leave the checks of the TLS library on, the host's name included",
        match (came.is_empty(), refused) {
            (false, _) => came.join("; "),
            (true, 0) => "nothing; it did not try".to_owned(),
            (true, refused) => format!("nothing; {refused} connections broken off"),
        },
        came.is_empty(),
    );
    ctx.check(
        format!("a visit does not go on when {place} shows {what}"),
        "an error page or a refusal, no 302",
        &answer,
        answer.status != 302 || !met,
    );
    Ok(())
}
