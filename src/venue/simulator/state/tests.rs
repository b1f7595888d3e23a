//! What is kept comes back: after a clean end, a sudden one, and one in the middle of a line.
//! Must never look into the file but through the reader, save to damage it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use crate::bounds::{ENDED_ORDERS_KEPT, MARKET_FILE_BYTES_MIN};
use crate::desk::entropy::Entropy;
use crate::desk::port::Ticket;
use crate::domain::hours::Schedule;
use crate::domain::ids::{ClientOrderId, OrderId};
use crate::domain::numbers::{Money, Price, Qty, Ratio};
use crate::domain::orders::{OrderType, Side, TimeInForce, Trail};
use crate::domain::special::Special;
use crate::domain::symbols::{Asset, Symbol};
use crate::domain::time::{DeskTime, MarketTime};
use crate::venue::simulator::exchange::Exchange;
use crate::venue::simulator::exchange::order::OrderKey;
use crate::venue::simulator::exchange::refusal::Refusal;
use crate::venue::simulator::floor::Floor;
use crate::venue::simulator::listing::table;
use crate::venue::simulator::tape::{Slot, Tape};
use crate::venue::simulator::timeline::Timeline;

use super::StateFile;
use super::archive::{self, Archive};
use super::image::{Header, Image, deed_line};

/// Ended orders that stay where others are forgotten.
const NEWEST: usize = 60;

/// The symbol that no deed is about.
const QUIET: Slot = Slot(8);

/// A floor, and how its symbols lie.
struct World {
    floor: Floor,
    tape: Arc<Tape>,
    assets: Arc<[Asset]>,
    slots: BTreeMap<Symbol, Slot>,
    dice: Entropy,
    now: MarketTime,
    orders: u128,
}

fn header() -> Header {
    Header { seed: 5, account_number: "EMBEDDED-TEST".to_owned() }
}

fn timeline() -> Timeline {
    Timeline { desk: DeskTime::from_ns(11), market: MarketTime::from_ns(22), speed: 3 }
}

impl World {
    fn new(seed: u64) -> Self {
        let listings: Vec<_> = table().into_iter().take(usize::from(QUIET.0) + 1).collect();
        let tape = Arc::new(Tape::new(5, Schedule::Always, &listings));
        let assets: Arc<[Asset]> = listings.iter().map(|listing| listing.asset.clone()).collect();
        let slots = tape.all().map(|slot| (tape.symbol(slot), slot)).collect();
        let cash = Money::dollars(200_000);
        let exchange = Exchange::new(5, Schedule::Always, assets.clone(), cash);
        let now = MarketTime::from_new_york("2026-11-20T12:00:00".parse().expect("civil"));
        let floor = Floor::open(tape.clone(), exchange, now);
        let dice = Entropy::from_number(seed);
        Self { floor, tape, assets, slots, dice, now, orders: 0 }
    }
    fn below(&mut self, count: u64) -> u64 {
        self.dice.next_u64() % count
    }
    /// One deed or a stretch of time, and the line that keeps what it changed.
    fn deed(&mut self) -> Option<String> {
        self.now = self.now.plus_ms(i64::try_from(self.below(40_000)).expect("small"));
        self.floor.advance(self.now);
        let slot = Slot(u16::try_from(self.below(8)).expect("few"));
        match self.below(10) {
            0..6 => {
                let ticket = self.ticket(slot);
                drop(self.floor.submit(self.now, &ticket));
            }
            6..8 => {
                if let Some(key) = self.any_order() {
                    drop(self.floor.cancel(self.now, key));
                }
            }
            _ => {
                if let Some(key) = self.any_order() {
                    let old = self.floor.exchange().order(key).clone();
                    let mut ticket = self.ticket(old.slot);
                    (ticket.side, ticket.order_type) = (old.side, old.order_type);
                    drop(self.floor.replace(self.now, key, &ticket));
                }
            }
        }
        let events = self.floor.exchange_mut().take_events();
        let mut touched: Vec<_> = events.iter().map(|event| event.order).collect();
        touched.sort_unstable();
        touched.dedup();
        (!touched.is_empty()).then(|| deed_line(self.floor.exchange(), &touched))
    }
    /// One of the newest orders: they are the same whichever older ones are forgotten.
    fn any_order(&mut self) -> Option<OrderKey> {
        let count = self.floor.exchange().count();
        let back = self.below(u64::try_from(count.clamp(1, NEWEST)).expect("few"));
        let back = usize::try_from(back).expect("few") + 1;
        Some(OrderKey(u32::try_from(count.checked_sub(back)?).expect("few")))
    }
    /// Forgets all ended orders but the newest ones.
    fn forget(&mut self) -> BTreeSet<u64> {
        let outlived = self.image().outlived(NEWEST);
        self.floor.exchange_mut().forget(&outlived);
        outlived
    }
    /// An order that ends at once: the line that keeps it.
    fn order_in_vain(&mut self) -> String {
        let mut ticket = self.ticket(QUIET);
        ticket.quantity = Qty::shares(1_000_000);
        ticket.order_type = OrderType::Limit { limit: Price::cents(1) };
        (ticket.side, ticket.time_in_force) = (Side::Buy, TimeInForce::Ioc);
        let key = self.floor.submit(self.now, &ticket).expect("taken");
        self.floor.exchange_mut().take_events();
        deed_line(self.floor.exchange(), &[key])
    }
    fn ticket(&mut self, slot: Slot) -> Ticket {
        self.orders += 1;
        let last = self.floor.picture(slot).last;
        let away = i64::try_from(self.below(200)).expect("small") - 100;
        let near = Price::cents(last.units() / Price::CENT.units() + away);
        let order_type = match self.below(6) {
            0 | 1 => OrderType::Market,
            2 => OrderType::Limit { limit: near },
            3 => OrderType::Stop { stop: near },
            4 => OrderType::TrailingStop { trail: Trail::Percent(Ratio(5_000)) },
            _ => OrderType::StopLimit { stop: near, limit: near },
        };
        let side = if self.below(2) == 0 { Side::Buy } else { Side::Sell };
        let odd = ClientOrderId::from_outside(&format!("made|elsewhere\"{}", self.orders));
        let usual = ClientOrderId::of(OrderId(uuid::Uuid::from_u128(self.orders)), 1);
        Ticket {
            client_id: if self.below(5) == 0 { odd } else { usual },
            symbol: self.tape.symbol(slot),
            side,
            quantity: Qty::shares(1 + i64::try_from(self.below(30)).expect("small")),
            order_type,
            time_in_force: if self.below(3) == 0 { TimeInForce::Gtc } else { TimeInForce::Day },
            special: Special::default(),
        }
    }
    fn image(&self) -> Image {
        Image::of(header(), timeline(), self.floor.exchange())
    }
    fn open(&self, path: &Path) -> (StateFile, Option<Image>) {
        let slots = self.slots.clone();
        StateFile::open(path, move |symbol| slots.get(&symbol).copied()).expect("it opens")
    }
    fn symbol(&self) -> impl Fn(Slot) -> Symbol + use<> {
        let tape = self.tape.clone();
        move |slot| tape.symbol(slot)
    }
}

/// Writes lines over a state that has begun.
fn written(world: &mut World, path: &Path, deeds: usize) -> Vec<Image> {
    let (file, found) = world.open(path);
    assert_eq!(found, None);
    let keeper = file.keep(&world.image(), &world.symbol()).expect("it starts");
    let mut images = vec![world.image()];
    for _ in 0..deeds {
        if let Some(line) = world.deed() {
            keeper.append(line);
            images.push(world.image());
        }
    }
    let done = keeper.end();
    done.blocking_recv().expect("it ends").expect("all is on the disk");
    images
}

#[test]
fn folding_the_lines_gives_the_exchange_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("deep/embedded.market");
    let mut world = World::new(1);
    let images = written(&mut world, &path, 900);
    assert!(images.len() > 200, "{} lines", images.len());
    let (_file, found) = world.open(&path);
    assert_eq!(found.as_ref(), images.last());
}

#[test]
fn a_restored_exchange_goes_on_as_if_nothing_had_been() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("embedded.market");
    let mut world = World::new(2);
    written(&mut world, &path, 600);
    let (_file, found) = world.open(&path);
    let kept = found.expect("kept").kept();
    let exchange = Exchange::restore(5, Schedule::Always, world.assets.clone(), kept);
    let floor = Floor::open(world.tape.clone(), exchange, world.now);
    let mut twin = World::new(2);
    twin.floor = floor;
    (twin.now, twin.orders) = (world.now, world.orders);
    twin.dice = Entropy::from_number(99);
    world.dice = Entropy::from_number(99);
    let open = world.floor.exchange().orders().filter(|(_, o)| o.status.is_open()).count();
    assert!(open > 0, "something is open");
    for deed in 0..600 {
        assert_eq!(world.deed(), twin.deed(), "deed {deed}");
    }
    assert_eq!(world.floor.exchange().account(), twin.floor.exchange().account());
}

#[test]
fn a_file_cut_off_anywhere_gives_the_last_whole_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("embedded.market");
    let mut world = World::new(3);
    let images = written(&mut world, &path, 40);
    let bytes = std::fs::read(&path).expect("written");
    let header_end = bytes.iter().position(|&byte| byte == b'\n').expect("a line") + 1;
    for end in 0..bytes.len() {
        let slots = &world.slots;
        let found = Image::read(&bytes[..end], |symbol| slots.get(&symbol).copied());
        if end < header_end {
            assert_eq!(found.expect_err("no account").0, 1, "cut at {end}");
            continue;
        }
        let (image, whole) = found.unwrap_or_else(|damage| panic!("cut at {end}: {damage:?}"));
        let lines = bytes[..end].split(|&byte| byte == b'\n').count() - 1;
        assert!(whole <= end);
        assert_eq!(image, images[lines - 1], "cut at {end}");
    }
    // On the disk: the torn line is cut off, and what follows is read again.
    std::fs::write(&path, &bytes[..bytes.len() - 5]).expect("cut");
    let (file, found) = world.open(&path);
    assert_eq!(found.as_ref(), Some(&images[images.len() - 2]));
    let keeper = file.keep(found.as_ref().expect("kept"), &world.symbol()).expect("it starts");
    keeper.append(deed_line(world.floor.exchange(), &[]));
    keeper.end().blocking_recv().expect("ends").expect("kept");
    assert!(world.open(&path).1.is_some());
}

#[test]
fn damage_in_the_middle_is_named_and_nothing_is_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("embedded.market");
    let mut world = World::new(4);
    written(&mut world, &path, 60);
    let mut bytes = std::fs::read(&path).expect("written");
    let second_line = bytes.iter().position(|&byte| byte == b'\n').expect("a line") + 12;
    bytes[second_line] ^= 1;
    std::fs::write(&path, &bytes).expect("damaged");
    let slots = world.slots.clone();
    let fault = StateFile::open(&path, move |symbol| slots.get(&symbol).copied());
    let text = fault.expect_err("damaged").to_string();
    assert!(text.contains("is damaged at line 2"), "{text}");
    assert_eq!(std::fs::read(&path).expect("there"), bytes);
    let nothing_listed = StateFile::open(&path, |_| None);
    assert!(nothing_listed.is_err());
}

/// Only a last line without its end was torn: one that has it was whole once.
#[test]
fn a_whole_line_that_cannot_be_read_is_damage_be_it_the_last_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("embedded.market");
    let mut world = World::new(7);
    written(&mut world, &path, 60);
    let whole = std::fs::read(&path).expect("written");
    let lines = whole.split(|byte| *byte == b'\n').count() - 1;
    let end = whole.len();
    let mut last = whole.clone();
    last[end - 2] ^= 1;
    let mut no_text = whole.clone();
    no_text[end - 2] = 0xff;
    let header = whole.iter().position(|&byte| byte == b'\n').expect("a line");
    for (bytes, line) in [
        (last, lines),
        (no_text, lines),
        (Vec::new(), 1),
        (whole[..header].to_vec(), 1),
        (b"\n".to_vec(), 1),
        (b"a shopping list".to_vec(), 1),
    ] {
        std::fs::write(&path, &bytes).expect("damaged");
        let slots = world.slots.clone();
        let fault = StateFile::open(&path, move |symbol| slots.get(&symbol).copied());
        let text = fault.expect_err("damaged").to_string();
        assert!(text.contains(&format!("damaged at line {line} (")), "{text}");
        assert!(text.contains("restore it from a backup"), "{text}");
        assert_eq!(std::fs::read(&path).expect("there"), bytes, "untouched");
    }
}

#[test]
fn only_one_market_runs_on_a_file_and_only_its_owner_reads_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("embedded.market");
    let world = World::new(5);
    let (file, _) = world.open(&path);
    let second = StateFile::open(&path, |_| None).expect_err("taken");
    assert!(second.to_string().contains("Another process"), "{second}");
    let keeper = file.keep(&world.image(), &world.symbol()).expect("it starts");
    let mode = std::fs::metadata(&path).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    keeper.end().blocking_recv().expect("ends").expect("kept");
    assert!(StateFile::open(&path, |_| None).is_ok(), "free again");
}

#[test]
fn a_grown_file_is_written_anew_and_old_orders_are_found_in_the_archive() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("embedded.market");
    let mut world = World::new(6);
    written(&mut world, &path, 300);
    let (file, found) = world.open(&path);
    let keeper = file.keep(&found.expect("kept"), &world.symbol()).expect("it starts");
    // Not one of those orders may stand in the way of the ones to come.
    for slot in world.tape.all() {
        let open = world.floor.exchange().orders().filter(|(_, o)| o.status.is_open());
        let keys: Vec<_> = open.filter(|(_, o)| o.slot == slot).map(|(key, _)| key).collect();
        for key in &keys[..keys.len().min(if slot == Slot(0) { usize::MAX } else { 1 })] {
            world.floor.cancel(world.now, *key).expect("open");
        }
        keeper.append(deed_line(world.floor.exchange(), &keys));
    }
    world.floor.exchange_mut().take_events();
    for _ in 0..1_500 {
        keeper.append(world.order_in_vain());
    }
    keeper.end().blocking_recv().expect("ends").expect("kept");
    let before = std::fs::metadata(&path).expect("there").len();
    assert!(before > MARKET_FILE_BYTES_MIN, "{before} bytes");
    let (file, found) = world.open(&path);
    let image = found.expect("kept");
    let keeper = file.keep(&image, &world.symbol()).expect("it starts");
    keeper.end().blocking_recv().expect("ends").expect("kept");
    assert!(std::fs::metadata(&path).expect("there").len() < before);
    let (_file, found) = world.open(&path);
    let kept = found.expect("kept").kept();
    let whole = world.image().kept();
    assert_eq!((kept.cash, &kept.holdings), (whole.cash, &whole.holdings));
    assert_eq!((kept.next_order, kept.next_execution), (whole.next_order, whole.next_execution));
    let archive = Archive::read(archive::path_of(&path)).expect("readable");
    let mut archived = 0;
    for order in &whole.orders {
        let slots = &world.slots;
        let found = archive.find(&order.client_id, |symbol| slots.get(&symbol).copied());
        let stayed = kept.orders.contains(order);
        assert_eq!(found.as_ref() == Some(order), !stayed, "{order:?}");
        assert!(stayed || !order.status.is_open(), "an open order was moved away");
        archived += usize::from(!stayed);
    }
    assert!(archived > 100, "{archived} archived");
    let ended = kept.orders.iter().filter(|order| !order.status.is_open()).count();
    assert_eq!(ended, ENDED_ORDERS_KEPT);
}

#[test]
fn what_is_forgotten_changes_nothing_of_what_comes() {
    let (mut world, mut twin) = (World::new(8), World::new(8));
    let mut forgotten = 0;
    for deed in 0..1_500 {
        assert_eq!(world.deed(), twin.deed(), "deed {deed}");
        if deed % 100 == 99 {
            forgotten += world.forget().len();
        }
    }
    let (exchange, whole) = (world.floor.exchange(), twin.floor.exchange());
    assert_eq!(exchange.account(), whole.account());
    assert_eq!(exchange.count() + forgotten, whole.count());
    let open = exchange.orders().filter(|(_, order)| order.status.is_open()).count();
    assert!(forgotten > 200 && open > 0, "{forgotten} forgotten, {open} open");
    assert!(exchange.count() <= open + 2 * NEWEST + 100, "{} in memory", exchange.count());
    let (_, first) = whole.orders().next().expect("the first of all");
    assert!(exchange.find(&first.client_id).is_none() && exchange.has_forgotten(&first.client_id));
    let again = Ticket {
        client_id: first.client_id.clone(),
        time_in_force: TimeInForce::Ioc,
        order_type: OrderType::Limit { limit: Price::cents(1) },
        side: Side::Buy,
        ..world.ticket(QUIET)
    };
    let refused = world.floor.submit(world.now, &again).expect_err("its id was given");
    assert_eq!(refused, Refusal::DuplicateClientId);
}

#[test]
fn a_file_written_anew_while_it_is_written_to_loses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("embedded.market");
    let mut world = World::new(9);
    let (file, _) = world.open(&path);
    let keeper = file.keep(&world.image(), &world.symbol()).expect("it starts");
    let (mut largest, mut gone) = (0, Vec::new());
    for deed in 0..900 {
        if let Some(line) = world.deed() {
            keeper.append(line);
        }
        if deed % 300 == 299 {
            let whole = world.image();
            let outlived = whole.outlived(NEWEST);
            let done = keeper.write_anew(whole.anew(&outlived, &world.symbol()));
            keeper.append(world.order_in_vain());
            done.blocking_recv().expect("answered").expect("on the disk");
            largest = largest.max(std::fs::metadata(&path).expect("there").len());
            let orders = whole.kept().orders.into_iter();
            gone.extend(orders.filter(|order| outlived.contains(&order.number)));
            world.floor.exchange_mut().forget(&outlived);
        }
    }
    assert!(!keeper.is_outgrown(), "{largest} bytes after it was written anew");
    keeper.end().blocking_recv().expect("ends").expect("kept");
    assert_eq!(world.open(&path).1, Some(world.image()));
    let archive = Archive::read(archive::path_of(&path)).expect("readable");
    assert!(gone.len() > 100, "{} archived", gone.len());
    for order in &gone {
        let found = archive.find(&order.client_id, |symbol| world.slots.get(&symbol).copied());
        assert_eq!(found.as_ref(), Some(order));
    }
}

/// A sudden end may leave the archive one step ahead of the file, torn or not.
#[test]
fn an_archive_that_was_cut_off_anywhere_takes_its_orders_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = archive::path_of(&folder.path().join("embedded.market"));
    let mut world = World::new(10);
    for _ in 0..3 {
        world.order_in_vain();
    }
    let orders = world.image().kept().orders;
    let lines = world.image().anew(&orders.iter().map(|o| o.number).collect(), &world.symbol());
    for end in 0..=lines.archived.len() {
        std::fs::write(&path, &lines.archived.as_bytes()[..end]).expect("cut");
        archive::append(&path, &lines.archived).expect("appended");
        let archive = Archive::read(path.clone()).expect("readable");
        for order in &orders {
            let found = archive.find(&order.client_id, |symbol| world.slots.get(&symbol).copied());
            assert_eq!(found.as_ref(), Some(order), "cut at {end}");
        }
    }
}
