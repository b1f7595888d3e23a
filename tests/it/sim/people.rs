//! What people in a world ask for: new orders, new terms, cancels, as their dice fall.
//! Must never ask for what only the desk may do.

use trading_desk::desk::command::{AmendOrder, Command, PlaceOrder};
use trading_desk::desk::engine::Input;
use trading_desk::desk::refusal::Concern;
use trading_desk::domain::ids::OrderId;
use trading_desk::domain::numbers::{Price, Qty};
use trading_desk::domain::orders::{Amendment, Draft, OrderType, Shown, Side, TimeInForce};
use trading_desk::domain::special::Special;
use trading_desk::domain::symbols::Symbol;

use super::world::{SYMBOLS, World};

impl World {
    pub(super) fn somebody_acts(&mut self) -> Input {
        let actor = self.actors[self.dice.below(self.actors.len())];
        let working: Vec<OrderId> = self.engine.book.working.ids().collect();
        let pick = self.dice.below(10);
        if pick < 6 || working.is_empty() || self.tempted.is_some() {
            return Input::Command(actor, self.an_order());
        }
        let order = working[self.dice.below(working.len())];
        if pick < 8 {
            self.tally.amended += 1;
            let cents = 9_700 + i64::try_from(self.dice.below(300)).expect("small");
            let shares = 1 + i64::try_from(self.dice.below(60)).expect("small");
            let old = &self.engine.book.orders[&order];
            let version = Some(old.version);
            let held = self.engine.book.position(old.portfolio, old.draft.symbol).quantity;
            let whole = (old.draft.side == Side::Sell && held > Qty::ZERO).then_some(held);
            let whole = whole.map(|held| old.filled + held).filter(|_| self.dice.one_in(2));
            self.tempted = whole.map(|_| (old.portfolio, old.draft.symbol));
            let amendment = Amendment {
                limit: Some(Price::cents(cents)),
                quantity: whole.or(Some(Qty::shares(shares))),
                ..Amendment::default()
            };
            let shown = Shown { last: None, version };
            let acknowledged = Vec::new();
            return Input::Command(
                actor,
                Command::AmendOrder(AmendOrder { order, amendment, shown, acknowledged }),
            );
        }
        Input::Command(actor, Command::CancelOrder { order })
    }

    fn an_order(&mut self) -> Command {
        let ms = u64::try_from(self.now.desk.ns() / 1_000_000).expect("after 1970");
        let id = uuid::Builder::from_unix_timestamp_millis(ms, &self.dice.bytes()).into_uuid();
        let portfolio = self.portfolios[self.dice.below(self.portfolios.len())];
        let symbol = Symbol::parse(SYMBOLS[self.dice.below(3)]).expect("plain");
        let tempted = self.tempted.take();
        let (portfolio, symbol) = tempted.unwrap_or((portfolio, symbol));
        let sells = tempted.is_some() || self.dice.one_in(3);
        let side = if sells { Side::Sell } else { Side::Buy };
        let cents = 9_700 + i64::try_from(self.dice.below(600)).expect("small");
        let order_type = if self.dice.one_in(4) {
            OrderType::Market
        } else {
            OrderType::Limit { limit: Price::cents(cents) }
        };
        let held = self.engine.book.position(portfolio, symbol).quantity;
        let most = held.units() / 1_000_000_000;
        // Some sell about half of what they hold.
        let most = if side == Side::Sell && most > 0 && self.dice.one_in(2) { most } else { 40 };
        let below = usize::try_from(most).expect("small");
        let shares = 1 + i64::try_from(self.dice.below(below)).expect("small");
        Command::PlaceOrder(PlaceOrder {
            id: OrderId(id),
            portfolio,
            draft: Draft {
                symbol,
                side,
                quantity: Qty::shares(shares),
                order_type,
                time_in_force: TimeInForce::Day,
                note: String::new(),
                special: Special::default(),
            },
            shown: Shown::default(),
            acknowledged: vec![Concern::Duplicate { seconds: 0 }],
        })
    }
}
