//! Opening the embedded market: what is listed, what was kept, where market time stands.
//! Must never lose what was kept: a state that cannot be read stops the start.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::desk::refusal::Fault;
use crate::domain::symbols::{Asset, Symbol};
use crate::domain::time::{DeskTime, MarketTime};

use super::exchange::Exchange;
use super::floor::Floor;
use super::state::StateFile;
use super::state::image::{Header, Image, timeline_line};
use super::state::keeper::Keeper;
use super::tape::{Slot, Tape};
use super::timeline::Timeline;
use super::{Listed, Options, listing};

/// All that a market at work is made of.
pub(super) struct Opened {
    pub timeline: Timeline,
    pub tape: Arc<Tape>,
    pub assets: Arc<BTreeMap<Symbol, Asset>>,
    pub header: Header,
    pub floor: Floor,
    pub keeper: Option<Keeper>,
}

/// Opens a market at a desk time.
pub(super) fn open(options: &Options, desk: DeskTime) -> Result<Opened, Fault> {
    let listings = match options.listed {
        Listed::Table => listing::table(),
        Listed::Generated(count) => listing::generated(count),
    };
    let symbols: Vec<Symbol> = listings.iter().map(|listing| listing.asset.symbol).collect();
    let slots: BTreeMap<Symbol, Slot> = symbols.iter().copied().zip((0..).map(Slot)).collect();
    let (file, image) = match &options.state_file {
        Some(path) => {
            let (file, image) = StateFile::open(path, |symbol| slots.get(&symbol).copied())?;
            (Some(file), image)
        }
        None => (None, None),
    };
    let timeline = timeline(options, desk, image.as_ref());
    let header = match &image {
        Some(image) => image.header.clone(),
        None => Header { seed: options.seed, account_number: number(options, desk) },
    };
    if header.seed != options.seed {
        let (kept, asked) = (header.seed, options.seed);
        tracing::warn!(kept, asked, "the account keeps the seed it was made with");
    }
    let tape = Arc::new(Tape::new(header.seed, options.schedule, &listings));
    let assets: Arc<[Asset]> = listings.into_iter().map(|listing| listing.asset).collect();
    let exchange = match &image {
        Some(image) => {
            Exchange::restore(header.seed, options.schedule, assets.clone(), image.kept())
        }
        None => Exchange::new(header.seed, options.schedule, assets.clone(), options.starting_cash),
    };
    let floor = Floor::open(tape.clone(), exchange, timeline.market(desk));
    let keeper = match file {
        Some(file) => {
            let now = Image::of(header.clone(), timeline, floor.exchange());
            let keeper = file.keep(&now, &|slot| symbols[usize::from(slot.0)])?;
            if image.is_some_and(|image| image.timeline != timeline) {
                keeper.append(timeline_line(&timeline));
            }
            Some(keeper)
        }
        None => None,
    };
    let assets = assets.iter().map(|asset| (asset.symbol, asset.clone())).collect();
    Ok(Opened { timeline, tape, assets: Arc::new(assets), header, floor, keeper })
}

/// What a state file says of the account in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its number.
    pub account: String,
    /// The seed it was made with.
    pub seed: u64,
    /// It has had an order.
    pub used: bool,
}

/// Whose account a state file keeps, the file being only looked at; none before the first start.
///
/// # Errors
/// When the file cannot be read, or is damaged: a market would not open on it.
pub fn look(state_file: &Path) -> Result<Option<Seen>, Fault> {
    let symbols = listing::table().into_iter().map(|listing| listing.asset.symbol);
    let slots: BTreeMap<Symbol, Slot> = symbols.zip((0..).map(Slot)).collect();
    let image = StateFile::look(state_file, |symbol| slots.get(&symbol).copied())?;
    Ok(image.map(|image| Seen {
        used: image.has_had_orders(),
        account: image.header.account_number,
        seed: image.header.seed,
    }))
}

/// How market time runs: as it was kept, at the speed now asked for; never back behind what has
/// happened already.
fn timeline(options: &Options, desk: DeskTime, image: Option<&Image>) -> Timeline {
    let speed = options.speed.max(1);
    let Some(image) = image else {
        let market = options.market_start.unwrap_or(MarketTime::from_ns(desk.ns()));
        return Timeline { desk, market, speed };
    };
    let kept = image.timeline;
    let kept = if kept.speed == speed { kept } else { kept.at_speed(desk, speed) };
    if kept.market(desk) < image.latest() {
        return Timeline { desk, market: image.latest(), speed };
    }
    kept
}

/// The number of a new account: from the seed alone where nothing is kept, else also from the
/// moment it was made, so that an account begun anew is another one.
fn number(options: &Options, desk: DeskTime) -> String {
    let mut hash = Sha256::new();
    hash.update(options.seed.to_le_bytes());
    if options.state_file.is_some() {
        hash.update(desk.ns().to_le_bytes());
    }
    let digest = hash.finalize();
    format!("EMBEDDED-{:02X}{:02X}{:02X}{:02X}", digest[0], digest[1], digest[2], digest[3])
}
