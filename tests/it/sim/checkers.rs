//! What must hold: always, at rest, and after a reload.
//! Must never forgive: a difference of one share or one unit of money is a defect.

use std::collections::BTreeMap;

use trading_desk::desk::book::Book;
use trading_desk::desk::engine::Engine;
use trading_desk::domain::ids::{ClientOrderId, OrderId, PortfolioId};
use trading_desk::domain::numbers::{Money, Qty};
use trading_desk::domain::orders::{Order, Side};
use trading_desk::domain::symbols::Symbol;

use super::broker::{Broker, Stand};
use super::world::{World, funds};

/// A state that a refused command must leave alone.
#[derive(Debug, PartialEq)]
pub(super) struct StateOf {
    orders: usize,
    versions: i64,
    reserved: Money,
    cash: Money,
    held: Qty,
}

pub(super) fn state_of(book: &Book) -> StateOf {
    StateOf {
        orders: book.orders.len(),
        versions: book.orders.values().map(|order| order.version).sum(),
        reserved: book.reserved(None),
        cash: book.cash.values().copied().sum(),
        held: book.positions.values().map(|held| held.quantity).sum(),
    }
}

/// After every step.
pub(super) fn always(world: &World) {
    let book = &world.engine.book;
    assert!(
        book.reserved(None) <= funds().buying_power,
        "orders reserve more than there is: {:?}",
        book.reserved(None)
    );
    for (client_id, held) in &world.broker.orders {
        let order = decision(client_id);
        assert!(
            book.orders.contains_key(&order),
            "the broker has an order the desk never wrote down: {held:?}"
        );
    }
    never_short(world);
    for order in &world.told {
        assert!(book.orders.contains_key(order), "an acknowledged order is lost: {order}");
    }
}

/// What the broker still works may all fill: even then a portfolio is only short where it may be.
fn never_short(world: &World) {
    let book = &world.engine.book;
    let mut least: BTreeMap<(PortfolioId, Symbol), Qty> = BTreeMap::new();
    for (client_id, held) in &world.broker.orders {
        let order = &book.orders[&decision(client_id)];
        let filled = held.filled();
        let works = held.stand == Stand::Working && held.ticket.side == Side::Sell;
        let at_most = if works { held.ticket.quantity } else { filled };
        *least.entry((order.portfolio, order.draft.symbol)).or_default() +=
            held.ticket.side.signed(at_most);
    }
    for ((portfolio, symbol), least) in least {
        let may_be = book.portfolios[&portfolio].may_short || least >= Qty::ZERO;
        assert!(may_be, "portfolio {portfolio} may end {least} short of {symbol}");
    }
}

fn decision(client_id: &ClientOrderId) -> OrderId {
    client_id.as_str()[..36].parse().expect("the broker knows our ids only")
}

/// When everything came to rest: desk and broker agree on every order, fill, position and cent.
pub(super) fn at_rest(world: &World) {
    let book = &world.engine.book;
    let mut shares: BTreeMap<(PortfolioId, Symbol), Qty> = BTreeMap::new();
    let mut cash: BTreeMap<PortfolioId, i128> = BTreeMap::new();
    let mut filled: BTreeMap<OrderId, Qty> = BTreeMap::new();
    let mut alive: BTreeMap<OrderId, usize> = BTreeMap::new();
    for (client_id, held) in &world.broker.orders {
        let order = &book.orders[&decision(client_id)];
        let (moved, dollars) = Broker::booked(held);
        *shares.entry((order.portfolio, order.draft.symbol)).or_default() += moved;
        *cash.entry(order.portfolio).or_default() += dollars;
        *filled.entry(order.id).or_default() += held.filled();
        *alive.entry(order.id).or_default() += usize::from(held.stand == Stand::Working);
        let ours: Vec<(Qty, trading_desk::domain::numbers::Price)> = book
            .fills
            .range((client_id.clone(), Qty::ZERO)..=(client_id.clone(), Qty::MAX))
            .map(|(_, fill)| (fill.quantity, fill.price))
            .collect();
        assert_eq!(ours, held.fills, "fills of {client_id} differ: {order:#?}");
        if held.stand == Stand::Working {
            assert!(!order.state.is_final(), "a live order is shown as dead: {order:#?}");
            assert_eq!(order.client_id(), *client_id, "{order:#?}");
        }
    }
    for order in book.orders.values() {
        let of = filled.get(&order.id).copied().unwrap_or_default();
        assert_eq!(order.filled, of, "{order:#?}");
        assert!(order.filled <= order.draft.quantity, "overfilled: {order:#?}");
        let alive = alive.get(&order.id).copied().unwrap_or_default();
        assert_eq!(alive, usize::from(!order.state.is_final()), "{order:#?}");
        if order.state.is_final() {
            assert_eq!(order.reserved, Money::ZERO, "{order:#?}");
        }
    }
    for ((portfolio, symbol), position) in &book.positions {
        let expected = shares.remove(&(*portfolio, *symbol)).unwrap_or_default();
        assert_eq!(position.quantity, expected, "{portfolio} {symbol}");
    }
    assert!(shares.values().all(|left| left.is_zero()), "positions are missing: {shares:?}");
    for (portfolio, ours) in &book.cash {
        let theirs = cash.remove(portfolio).unwrap_or_default();
        assert_eq!(ours.units(), theirs, "cash of portfolio {portfolio}");
    }
    assert!(cash.values().all(|left| *left == 0), "cash is missing: {cash:?}");
}

/// What a new process reads is what the old one had in memory, and the store finds nothing wrong.
pub(super) fn reloaded(world: &World, restarted: &Engine) {
    let (old, new) = (&world.engine.book, &restarted.book);
    let plain = |order: &Order| Order { due: None, look_ups: 0, ..order.clone() };
    for (id, order) in &old.orders {
        let again = new.orders.get(id).map(plain);
        assert_eq!(again, Some(plain(order)), "an order changed over a restart");
    }
    assert_eq!(old.positions, new.positions);
    assert_eq!(old.cash, new.cash);
    assert_eq!(old.fills, new.fills);
    assert_eq!(old.venue_orders, new.venue_orders);
    assert_eq!(old.grants, new.grants);
    assert_eq!(old.reserved(None), new.reserved(None));
}
