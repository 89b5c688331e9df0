//! What a run leaves behind when it is over: nothing, or whoever plays hundreds of them in one process grows with each.

use std::time::Duration;

use contract_tests::Options;

use crate::world::{only, worlds_of};

/// What has not happened by then never will.
const LONG: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_leaves_no_world_behind() {
    // A service that is restarted; histories side by side in one world, and one that has a world to itself.
    let options = Options { examples: 16, ..only(&["C-N01", "R-D04"]) };
    let worlds = worlds_of(options).await;
    assert!(worlds.len() >= 3, "{} worlds", worlds.len());
    for (number, journal) in worlds.iter().enumerate() {
        // What served the last connections ends when it gets its turn.
        let gone = async {
            while journal.strong_count() > 0 {
                tokio::task::yield_now().await;
            }
        };
        assert!(tokio::time::timeout(LONG, gone).await.is_ok(), "something keeps world {number} of {}", worlds.len());
    }
}
