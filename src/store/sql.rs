//! Pieces of SQL that several statements are made of, put together when the program is compiled.
//! Must never hold a value: those are placeholders.

/// The columns of an order in the order in which `read_order` takes them; `o` is the table.
macro_rules! order_columns {
    () => {
        "o.id, o.account_id, o.portfolio_id, o.user_id, o.class, o.parent_id, o.symbol, o.side,
        o.quantity, o.order_type, o.limit_price, o.stop_price, o.trail_amount, o.trail_percent,
        o.time_in_force, o.note, o.extended_hours, o.dollars, o.take_profit, o.stop_loss,
        o.stop_loss_limit, o.asked_quantity, o.asked_limit, o.asked_stop,
        o.asked_trail_amount, o.asked_trail_percent, o.asked_time_in_force, o.status, o.pending,
        o.certainty, o.filled, o.filled_value, o.attempt, o.reserved, o.shown_last,
        o.shown_version, o.approver_id, o.placed_desk_ns, o.placed_market_ns, o.updated_desk_ns,
        o.updated_market_ns, o.due_desk_ns, o.look_ups, o.reason, o.version"
    };
}

/// What is open, and what is over: word by word as the partial indexes have it.
macro_rules! is_open {
    () => {
        "o.is_open = 1"
    };
}
macro_rules! is_over {
    () => {
        "o.is_open = 0"
    };
}

/// Orders of account $1 that are open, or that ended at or after the market time $2.
macro_rules! current_orders {
    ($columns:expr) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM orders o WHERE o.account_id = $1 AND ",
            is_open!(),
            " UNION ALL SELECT ",
            $columns,
            " FROM orders o WHERE o.account_id = $1 AND ",
            is_over!(),
            " AND o.updated_market_ns >= $2"
        )
    };
}

/// The venue orders `v` of the orders `w` of account $1: their ids begin with the order's, and the
/// dot is the sign after the dash. A cross join is done in the order in which it is written: from
/// the few orders to what was sent for them.
macro_rules! sent_for {
    () => {
        "v.account_id = $1 AND v.client_id >= w.id AND v.client_id < w.id || '.'
            AND v.order_id = w.id"
    };
}

/// The head of a statement that makes the list in `$1` a table `visible (id)`. The list is digits,
/// 19 for each portfolio; this much SQL is the same in every database.
macro_rules! visible_portfolios {
    () => {
        "WITH RECURSIVE visible (id, next) AS (
            SELECT CAST(substr($1, 1, 19) AS BIGINT), 20 WHERE length($1) >= 19
            UNION ALL SELECT CAST(substr($1, next, 19) AS BIGINT), next + 19 FROM visible
            WHERE next <= length($1)) "
    };
}
