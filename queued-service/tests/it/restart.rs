//! What a restart finds again.

use crate::client::Bench;
use crate::stub::Finalize;

const COMPLETED: &str = "checkout.session.completed";

#[tokio::test]
async fn what_was_acknowledged_is_done_after_a_restart() {
    let bench = Bench::start().await;
    bench.stub.put("cs_1", "complete", "paid", 14_950);
    bench.stub.set(|world| world.down = true);
    bench.told("evt_1", COMPLETED, "cs_1").await;
    bench.stub.until(|world| world.reads > 0).await;
    let bench = bench.again().await;
    bench.stub.set(|world| world.down = false);
    bench.idle().await;
    let world = bench.stub.world();
    assert_eq!((world.finalized, world.refunds), (vec![100_000_001], Vec::new()));
}

#[tokio::test]
async fn which_payment_counts_is_known_after_a_restart() {
    let bench = Bench::start().await;
    bench.stub.put("cs_1", "complete", "paid", 14_950);
    bench.stub.put("cs_2", "complete", "paid", 14_950);
    bench.stub.set(|world| world.finalize = Finalize::Loses);
    bench.told("evt_1", COMPLETED, "cs_1").await;
    bench.stub.until(|world| !world.finalized.is_empty()).await;
    // Done, but nobody heard of it; then the process ends.
    let bench = bench.again().await;
    bench.idle().await;
    bench.told("evt_2", COMPLETED, "cs_2").await;
    bench.idle().await;
    let world = bench.stub.world();
    assert_eq!((world.finalized, world.refunds), (vec![100_000_001], vec!["pi_cs_2".to_owned()]));
}
