//! Which call goes where: the method and the path, and the function that answers.
//! Must never answer itself: each route is one line.

use axum::http::Method;

use super::answer::{Answer, Refused};
use super::hall::Hall;
use super::query::{Query, decoded};
use super::rate::Lane;
use super::trading::Trading;
use super::watchlists::Named;
use super::{
    account, activities, configurations, data, history, hours, orders, placing, positions,
    watchlists,
};

/// A call, as far as routes look at it.
#[derive(Debug)]
pub(super) struct Call<'a> {
    /// GET, POST, PATCH, PUT, DELETE.
    pub method: &'a Method,
    /// The path as it came.
    pub path: &'a str,
    /// What stands behind the question mark.
    pub query: Query,
    /// The body.
    pub body: &'a [u8],
}

/// Which quota a path counts against.
pub(super) fn lane(path: &str) -> Lane {
    let data = ["/v2/stocks", "/v1beta1/", "/v1beta3/"];
    if data.iter().any(|prefix| path.starts_with(prefix)) { Lane::Data } else { Lane::Trading }
}

fn no_endpoint() -> Refused {
    Refused::missing("endpoint not found")
}

/// Answers a call of an account.
pub(super) fn answer(hall: &Hall, account: usize, call: &Call<'_>) -> Answer {
    let path = decoded(call.path, false);
    let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let answered = match segments.as_slice() {
        ["v2", "stocks", rest @ ..] if call.method == Method::GET => {
            data::answer(hall, &call.query, rest)
        }
        ["v2", rest @ ..] => {
            let mut trading = hall.account(account);
            trading_call(hall, &mut trading, (call, rest))
        }
        _ => Err(no_endpoint()),
    };
    answered.unwrap_or_else(Answer::from)
}

/// Calls of the trading host, below `/v2`.
fn trading_call(
    hall: &Hall,
    trading: &mut Trading,
    (call, rest): (&Call<'_>, &[&str]),
) -> Result<Answer, Refused> {
    let (query, body) = (&call.query, call.body);
    match (call.method.as_str(), rest) {
        ("GET", ["account"]) => Ok(account::show(trading)),
        ("GET", ["account", "configurations"]) => Ok(configurations::show(trading)),
        ("PATCH", ["account", "configurations"]) => configurations::change(trading, body),
        ("GET", ["account", "portfolio", "history"]) => history::show(trading, query),
        ("GET", ["account", "activities"]) => activities::list(trading, None, query),
        ("GET", ["account", "activities", one]) => activities::list(trading, Some(one), query),
        ("POST", ["orders"]) => placing::place(trading, body),
        ("GET", ["orders"]) => orders::list(trading, query),
        ("DELETE", ["orders"]) => Ok(placing::cancel_all(trading)),
        ("GET", ["orders", id]) => orders::one(trading, id, query),
        ("PATCH", ["orders", id]) => placing::replace(trading, id, body),
        ("DELETE", ["orders", id]) => placing::cancel(trading, id),
        ("GET", ["orders:by_client_order_id"]) => orders::by_client_id(trading, query),
        ("GET", ["positions"]) => Ok(positions::list(trading)),
        ("DELETE", ["positions"]) => positions::close_all(trading, query),
        ("GET", ["positions", named @ ..]) => positions::one(trading, &named.join("/")),
        ("DELETE", ["positions", named @ ..]) => positions::close(trading, &named.join("/"), query),
        ("GET", ["assets"]) => Ok(hall.facts.list(query)),
        ("GET", ["assets", named @ ..]) => hall.facts.one(&named.join("/")),
        ("GET", ["clock"]) => Ok(hours::clock(hall.schedule(), trading.now())),
        ("GET", ["calendar"]) => hours::calendar(hall.schedule(), query),
        (_, ["watchlists" | "watchlists:by_name", ..]) => watchlist_call(trading, (call, rest)),
        _ => Err(no_endpoint()),
    }
}

/// Calls about watchlists, by id or by name.
fn watchlist_call(
    trading: &mut Trading,
    (call, rest): (&Call<'_>, &[&str]),
) -> Result<Answer, Refused> {
    let name = call.query.get("name").unwrap_or_default();
    let (named, rest) = match rest {
        ["watchlists"] => {
            return match call.method.as_str() {
                "GET" => Ok(watchlists::list(trading)),
                "POST" => watchlists::create(trading, call.body),
                _ => Err(no_endpoint()),
            };
        }
        ["watchlists:by_name", rest @ ..] => (Named::Name(name), rest),
        ["watchlists", id, rest @ ..] => (Named::Id(id), rest),
        _ => return Err(no_endpoint()),
    };
    match (call.method.as_str(), rest) {
        ("GET", []) => watchlists::one(trading, named),
        ("PUT", []) => watchlists::update(trading, named, call.body),
        ("POST", []) => watchlists::append(trading, named, call.body),
        ("DELETE", []) => watchlists::delete(trading, named),
        ("DELETE", symbol) => watchlists::remove(trading, named, &symbol.join("/")),
        _ => Err(no_endpoint()),
    }
}
