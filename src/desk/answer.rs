//! Answers queries: permitted first, then read from the store's history or the market.
//! Must never hold up the writer: the reading runs on its own, with what was visible when asked.

use std::sync::Arc;

use futures::future::BoxFuture;

use crate::bounds::PAGE_ROWS_MAX;
use crate::domain::ids::PortfolioId;
use crate::domain::users::User;

use super::actor::Actor;
use super::book::Book;
use super::command::{Answer, Query};
use super::permit::{permit_query, visible};
use super::port::{FillsWanted, Market, Store};
use super::refusal::{Refusal, Rejection};
use crate::domain::time::DeskTime;

/// The reading that answers a query, or the refusal.
pub(super) fn answer(
    book: &Book,
    actor: Actor,
    query: Query,
    now: DeskTime,
    (store, market): (Arc<dyn Store>, Arc<dyn Market>),
) -> Result<BoxFuture<'static, Result<Answer, Rejection>>, Refusal> {
    let query = permit_query(book, actor, query, now)?.into_asked();
    let user: &User = book.users.get(&actor.user()).ok_or(Refusal::NotSignedIn)?;
    let seen: Vec<PortfolioId> = visible(book, user).into_keys().collect();
    let only = |wanted: Option<PortfolioId>| match wanted {
        Some(one) => vec![one],
        None => seen.clone(),
    };
    Ok(match query {
        Query::Orders(mut filter) => {
            filter.limit = filter.limit.min(PAGE_ROWS_MAX);
            let of = only(filter.portfolio);
            Box::pin(async move { Ok(Answer::Orders(store.find_orders(filter, of).await?)) })
        }
        Query::Fills { portfolio, symbol, offset, limit } => {
            let limit = limit.min(PAGE_ROWS_MAX);
            let wanted = FillsWanted { visible: only(portfolio), symbol, offset, limit };
            Box::pin(async move { Ok(Answer::Fills(store.find_fills(wanted).await?)) })
        }
        Query::Timeline(id) => Box::pin(async move {
            let found = store.find_order(id).await?;
            if found.is_none_or(|order| !seen.contains(&order.portfolio)) {
                return Err(Refusal::NotFound { what: "order" }.into());
            }
            Ok(Answer::Timeline(store.find_timeline(id).await?))
        }),
        Query::Equity(portfolio) => {
            Box::pin(async move { Ok(Answer::Equity(store.find_equity(portfolio).await?)) })
        }
        Query::Bars { symbol, range } => {
            Box::pin(async move { Ok(Answer::Bars(market.bars(symbol, range).await?)) })
        }
        Query::Trades(symbol) => {
            Box::pin(async move { Ok(Answer::Trades(market.trades(symbol).await?)) })
        }
    })
}
