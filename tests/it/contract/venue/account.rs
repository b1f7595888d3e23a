//! Cards of the account and its market: what is told when asked for, and what comes by itself.
//! Must never compare figures of two moments: money moves with the market.

use trading_desk::desk::port::Errand;
use trading_desk::domain::lifecycle::ReportKind;
use trading_desk::domain::numbers::{Money, Qty};
use trading_desk::domain::orders::{OrderType, Side};
use trading_desk::domain::quotes::Range;

use super::table::{TRADED, Table, has, symbol};

pub(super) async fn card_16_the_account_is_told_when_asked_for(table: &mut Table) {
    let funds = table.funds().await;
    assert!(funds.buying_power >= funds.cash && funds.equity >= funds.cash, "{funds:?}");
    assert!(funds.cash > Money::ZERO);
}

pub(super) async fn card_17_market_time_prices_and_bars_belong_together(table: &mut Table) {
    let desk = table.now();
    let now = table.market.time(desk);
    let later = table.market.time(table.market.desk_time(now.plus_ms(500)));
    assert_eq!(later, now.plus_ms(500));
    let day = table.market.schedule().trading_day(now);
    let assets = table.market.assets();
    for text in TRADED {
        let (shown, asset) = (table.shown(text), &assets[&symbol(text)]);
        assert!(asset.tradable && asset.symbol == shown.symbol);
        assert!(shown.at <= table.market.time(table.now()));
        assert!(shown.low <= shown.last && shown.last <= shown.high, "{shown:?}");
    }
    for range in Range::ALL {
        let bars = table.market.bars(symbol("SPY"), range).await.expect("listed");
        let last = bars.last().expect("there are some");
        assert!(last.start <= table.market.time(table.now()));
        assert!(last.low <= last.close && last.close <= last.high);
        assert!(bars.windows(2).all(|pair| pair[0].start < pair[1].start));
    }
    let trades = table.market.trades(symbol("SPY")).await.expect("listed");
    assert!(trades.windows(2).all(|pair| pair[0].at >= pair[1].at), "newest first");
    let before = table.market.schedule().previous_day(day);
    let closes = table.market.closes(before, vec![symbol("SPY")]).await.expect("it has ended");
    assert_eq!(closes, [(symbol("SPY"), table.shown("SPY").previous_close)]);
}

pub(super) async fn card_36_a_look_up_tells_every_fill_and_the_end(table: &mut Table) {
    let bought = table.bought("SPY").await;
    let known = table.fills(&bought.client_id);
    table.heard.clear();
    let story = table.look_up(&bought.client_id).await;
    assert!(story.iter().all(|report| report.client_id == bought.client_id));
    assert_eq!(table.fills(&bought.client_id), known);
    let resting = table.resting("SPY");
    table.submit(&resting).await;
    table.cancel(&resting).await;
    let canceled =
        |kinds: &[ReportKind]| kinds.iter().any(|kind| matches!(kind, ReportKind::Canceled { .. }));
    table.until(&resting, "the end", canceled).await;
    let story = table.look_up(&resting.client_id).await;
    assert!(has(&story, |kind| matches!(kind, ReportKind::Canceled { .. })), "{story:?}");
}

pub(super) async fn card_37_fills_come_by_the_feed_without_being_asked_for(table: &mut Table) {
    let stop = table.near("TSLA", 3);
    let ticket = table.ticket("TSLA", Side::Buy, OrderType::Stop { stop });
    table.submit(&ticket).await;
    let before = table.fills(&ticket.client_id);
    assert!(before.is_empty(), "it waits for a trade");
    for _ in 0..400 {
        if table.is_filled(&ticket) {
            return;
        }
        // The account is asked about, the order is not.
        table.pass().await;
        table.send(Errand::Funds).await;
    }
    panic!("nobody told of the fill: {:?}", table.story(&ticket.client_id));
}

pub(super) async fn card_38_cash_and_positions_are_the_sum_of_the_fills(table: &mut Table) {
    let before = table.funds().await.cash;
    let bought = table.bought("AAPL").await;
    let sale = table.ticket("AAPL", Side::Sell, OrderType::Market);
    let sold = trading_desk::desk::port::Ticket { quantity: Qty::shares(4), ..sale };
    table.filled(&sold).await;
    let value = |table: &Table, id| -> Money {
        table.fills(id).into_values().map(|(piece, price)| piece * price).sum()
    };
    let spent = value(table, &bought.client_id) - value(table, &sold.client_id);
    let after = table.funds().await.cash;
    // A broker shows whole cents.
    let cents = (before - after - spent).to_cents();
    assert!(cents.abs() <= 1, "{before} became {after}, and {spent} were spent");
    if !table.market.follows() {
        return;
    }
    // A venue that tells what the account holds tells these.
    table.standing = None;
    for _ in 0..60 {
        if let Some(standing) = &table.standing {
            let held = standing.holdings.get(&symbol("AAPL")).expect("it is held");
            assert_eq!(held.quantity, Qty::shares(6));
            assert!(standing.foreign.is_empty(), "{:?}", standing.foreign);
            return;
        }
        table.pass().await;
        table.send(Errand::Funds).await;
    }
    panic!("nobody told what the account holds");
}
