//! What a transaction may know about the block it stands in.

use chancery_types::ids::{Epoch, Height, NetworkId};
use chancery_types::time::BlockTime;

/// The block's agreed facts. There is no other clock and no other source of chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockContext {
    /// The network.
    pub network: NetworkId,
    /// The block's height.
    pub height: Height,
    /// The block's epoch.
    pub epoch: Epoch,
    /// The block's agreed time.
    pub time: BlockTime,
}
