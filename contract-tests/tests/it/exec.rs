//! Services that the suite starts as processes: ready, ended too early, never ready, stopped with everything they started.

use std::collections::BTreeMap;

use contract_tests::Exec;
use contract_tests::target::{LaunchError, Launcher};
use tokio::net::{TcpListener, TcpStream};

async fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_that_ends_says_its_last_words() {
    let exec = Exec::new("echo no database at $WHERE; exit 3", free_port().await, None).unwrap();
    let env = BTreeMap::from([("WHERE".to_owned(), "db.test".to_owned())]);
    let error = exec.start(env).await.unwrap_err();
    assert!(matches!(error, LaunchError::Ended { .. }), "{error}");
    assert!(error.output().contains("no database at db.test"), "{}", error.output());
    assert!(error.to_string().contains("exit status: 3"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_that_does_not_exist_is_told() {
    let error = Exec::new("payloop-no-such-program", free_port().await, None).unwrap().start(BTreeMap::new()).await;
    assert!(matches!(error, Err(LaunchError::Spawn { .. })), "{error:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_runs_is_restarted_and_ends_with_all_it_started() {
    let port = free_port().await;
    // Perl is on every machine that has git; it stands in for any server.
    let server = "perl -MIO::Socket::INET -e '$s=IO::Socket::INET->new(LocalAddr=>\"127.0.0.1\",LocalPort=>$ENV{PORT},Listen=>5,ReuseAddr=>1) or die; $|=1; print \"up\\n\"; while($c=$s->accept){close $c}'";
    let exec = Exec::new(format!("sleep 1000 & {server}"), port, None).unwrap();
    let env = BTreeMap::from([("PORT".to_owned(), port.to_string())]);
    exec.start(env).await.unwrap();
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_ok());
    assert_eq!(exec.ended(), None);
    exec.restart().await.unwrap();
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_ok());
    exec.stop().await;
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
    assert!(exec.output().contains("up"), "{}", exec.output());
    assert_eq!(exec.written().as_deref(), Some("up\nup\n"));
    assert_eq!(exec.arguments().split_whitespace().next(), Some("--exec"));
}
