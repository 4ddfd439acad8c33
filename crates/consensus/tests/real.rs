//! Four nodes over TCP on loopback and on disk: killed, restarted, and refused for reasons that an operator can read.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that goes wrong should stop where it goes wrong"
)]

mod toy;

use chancery_consensus::tokio::{Place, Running, permit_first_start, start};
use chancery_consensus::{Error, NodeConfig, Peer, Reason, Standing};
use chancery_types::ids::{Height, NetworkId};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use toy::{Journal, Toy, check_journals, dealt, network, transaction};

const NODES: usize = 4;

/// A folder that is gone with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("chancery-consensus-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Self(path)
    }

    fn place(&self, node: usize) -> Place {
        Place { folder: self.0.join(format!("node{node}")), starts: Some(self.0.join(format!("node{node}.starts"))) }
    }

    /// As the founder of a network does.
    fn permit(&self, configs: &[NodeConfig]) {
        for (node, config) in configs.iter().enumerate() {
            permit_first_start(&self.place(node).folder, &config.committee.validators[node]).unwrap();
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Ports that were free a moment ago.
fn configs() -> Vec<NodeConfig> {
    let listeners: Vec<TcpListener> = (0..NODES).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    let dealt = dealt(NODES);
    let peers: Vec<Peer> = listeners
        .iter()
        .zip(&dealt.committee.validators)
        .map(|(listener, key)| Peer { key: *key, address: listener.local_addr().unwrap() })
        .collect();
    dealt
        .validators
        .into_iter()
        .zip(peers.clone())
        .map(|(keys, me)| NodeConfig {
            keys,
            committee: dealt.committee.clone(),
            peers: peers.clone(),
            listen: me.address,
            peers_from_anywhere: false,
            idle_interval: Duration::from_millis(300),
            blocks_for_peers: None,
            cache_bytes: 1 << 24,
        })
        .collect()
}

fn until(what: &str, mut true_now: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(90);
    while !true_now() {
        assert!(Instant::now() < deadline, "{what} took too long");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn four_nodes_order_over_tcp_and_survive_restarts() {
    let folder = Folder::new("four");
    let configs = configs();
    let journals: Vec<Journal> = (0..NODES).map(|_| Journal::default()).collect();
    let mut toys: Vec<Arc<Toy>> = journals.iter().map(|journal| Arc::new(Toy::new(journal.clone()))).collect();
    folder.permit(&configs);
    let mut nodes: Vec<Option<Running>> = (0..NODES)
        .map(|node| Some(start(configs[node].clone(), &folder.place(node), toys[node].clone()).unwrap()))
        .collect();
    let tip = |nodes: &[Option<Running>], node: usize| nodes[node].as_ref().unwrap().handle().tip().height.0;
    let has = |node: usize, transaction: &[u8]| {
        journals[node].lock().unwrap().iter().any(|block| block.transactions.iter().any(|t| t == transaction))
    };
    until("the first block", || (0..NODES).all(|node| tip(&nodes, node) >= 2));

    // Latency from being taken in by one node to being final on all, one at a time.
    let mut latencies = Vec::new();
    for salt in 0..40 {
        let node = usize::try_from(salt).unwrap() % NODES;
        let transaction = transaction(1, salt);
        let begin = Instant::now();
        assert!(toys[node].take(transaction.clone()));
        nodes[node].as_ref().unwrap().handle().submit(transaction.clone());
        until("a transaction", || (0..NODES).all(|node| has(node, &transaction)));
        latencies.push(begin.elapsed().as_millis());
    }
    latencies.sort_unstable();
    println!("latency to finality on all nodes: p50 {} ms, max {} ms", latencies[20], latencies[39]);

    // Blocks per second while there is always something to order.
    let (begin, first) = (Instant::now(), tip(&nodes, 0));
    let mut salt = 1_000;
    while begin.elapsed() < Duration::from_secs(3) {
        for _ in 0..5 {
            toys[0].take(transaction(2, salt));
            nodes[0].as_ref().unwrap().handle().submit(transaction(2, salt));
            salt += 1;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    println!("{:.0} blocks per second under load", (tip(&nodes, 0) - first) as f64 / begin.elapsed().as_secs_f64());
    until("the load", || has(3, &transaction(2, salt - 1)));

    // One node leaves; the others go on; it comes back and catches up.
    let gone = nodes[2].take().unwrap();
    gone.handle().stop();
    gone.wait().unwrap();
    let (begin, first) = (Instant::now(), tip(&nodes, 0));
    until("blocks without one node", || tip(&nodes, 0) >= first + 20);
    println!("{:.1} blocks per second idle with one of four gone", 20.0 / begin.elapsed().as_secs_f64());
    toys[2] = Arc::new(Toy::new(journals[2].clone()));
    nodes[2] = Some(start(configs[2].clone(), &folder.place(2), toys[2].clone()).unwrap());
    let target = tip(&nodes, 0);
    until("catching up", || tip(&nodes, 2) >= target);

    // All leave at once and come back.
    for node in nodes.iter_mut().map(|node| node.take().unwrap()) {
        node.handle().stop();
        node.wait().unwrap();
    }
    let height = journals[0].lock().unwrap().len() as u64;
    let nodes: Vec<Running> = (0..NODES)
        .map(|node| {
            let toy = Arc::new(Toy::new(journals[node].clone()));
            start(configs[node].clone(), &folder.place(node), toy).unwrap()
        })
        .collect();
    until("going on", || nodes.iter().all(|node| node.handle().tip().height.0 >= height + 3));
    assert!(nodes.iter().all(|node| node.handle().standing() == Standing::Voter));
    for node in nodes {
        node.handle().stop();
        node.wait().unwrap();
    }
    check_journals(&journals);
}

#[test]
fn the_right_to_vote_is_given_once_and_goes_with_the_folder() {
    let folder = Folder::new("standing");
    let configs = configs();
    let standing = || {
        let node = start(configs[0].clone(), &folder.place(0), Arc::new(Toy::new(Journal::default()))).unwrap();
        let standing = node.handle().standing();
        node.handle().stop();
        node.wait().unwrap();
        standing
    };
    // A copy of the folder as it is between two starts.
    let copy = |to: &str| {
        let done =
            std::process::Command::new("cp").arg("-r").arg(folder.place(0).folder).arg(folder.0.join(to)).status();
        assert!(done.unwrap().success());
    };
    let put_back = |from: &str| {
        std::fs::remove_dir_all(folder.place(0).folder).unwrap();
        std::fs::rename(folder.0.join(from), folder.place(0).folder).unwrap();
    };
    folder.permit(&configs);
    copy("unused");
    assert_eq!(standing(), Standing::Voter);
    assert_eq!(standing(), Standing::Voter, "it has its votes");
    copy("older");
    assert_eq!(standing(), Standing::Voter);
    put_back("older");
    assert_eq!(standing(), Standing::Observer(Reason::FolderOlder));
    assert_eq!(standing(), Standing::Observer(Reason::FolderOlder), "for good");
    put_back("unused");
    assert_eq!(standing(), Standing::Observer(Reason::FolderOlder), "a permission is used once");
    std::fs::remove_dir_all(folder.place(0).folder).unwrap();
    assert_eq!(standing(), Standing::Observer(Reason::NoRecord));
}

#[test]
fn what_keeps_a_node_from_starting_is_said() {
    let folder = Folder::new("refused");
    let configs = configs();
    let toy = || Arc::new(Toy::new(Journal::default()));

    let port = TcpListener::bind(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0)).unwrap();
    let taken = NodeConfig { listen: port.local_addr().unwrap(), ..configs[0].clone() };
    assert!(matches!(start(taken, &folder.place(0), toy()), Err(Error::Listen { .. })));

    let mut stranger = configs[0].clone();
    stranger.keys.identity = [3; 32];
    assert!(matches!(start(stranger, &folder.place(0), toy()), Err(Error::NotAValidator)));

    let mut confused = configs[0].clone();
    confused.keys.share = configs[1].keys.share.clone();
    assert!(matches!(start(confused, &folder.place(0), toy()), Err(Error::Key(_))));

    let impatient = NodeConfig { idle_interval: Duration::ZERO, ..configs[0].clone() };
    assert!(matches!(start(impatient, &folder.place(0), toy()), Err(Error::IdleInterval(_))));

    std::fs::create_dir_all(&folder.0).unwrap();
    std::fs::write(folder.0.join("file"), b"").unwrap();
    let nowhere = Place { starts: None, folder: folder.0.join("file").join("below") };
    assert!(matches!(start(configs[0].clone(), &nowhere, toy()), Err(Error::Storage(_))));

    let node = start(configs[0].clone(), &folder.place(0), toy()).unwrap();
    assert!(matches!(start(configs[1].clone(), &folder.place(0), toy()), Err(Error::FolderInUse(_))));
    node.handle().stop();
    node.wait().unwrap();

    let other = NetworkId([0x43; 32]);
    let foreign = start(configs[0].clone(), &folder.place(0), Arc::new(Toy::of_network(other)));
    assert_eq!(foreign.err(), Some(Error::ForeignFolder { found: network(), expected: other }));
    let again = start(configs[0].clone(), &folder.place(0), toy()).unwrap();
    assert_eq!(again.handle().tip().height, Height(0));
}
