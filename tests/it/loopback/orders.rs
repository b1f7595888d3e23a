//! Placing, replacing and canceling: what Alpaca takes, what it refuses, and in which words.

use serde_json::{Value, json};

use super::stand::{Stand, id};

const OPEN: &str = "2026-11-20T10:00";
const NIGHT: &str = "2026-11-20T22:00";

fn order(rest: &str) -> String {
    format!(r#"{{"symbol":"AAPL","side":"buy","time_in_force":"day",{rest}}}"#)
}

#[tokio::test]
async fn a_market_order_is_pending_when_taken_and_filled_when_looked_at() {
    let stand = Stand::at(OPEN).await;
    let taken = stand.place(&order(r#""qty":"3","type":"market","client_order_id":"a b/c""#)).await;
    assert_eq!(taken["status"], json!("pending_new"));
    assert_eq!((&taken["filled_qty"], &taken["order_class"]), (&json!("0"), &json!("")));
    stand.move_to("2026-11-20T10:05");
    let filled = stand.order(&taken).await;
    assert_eq!((&filled["status"], &filled["filled_qty"]), (&json!("filled"), &json!("3")));
    let by_client = stand.get("/v2/orders:by_client_order_id?client_order_id=a+b%2Fc").await;
    assert_eq!(by_client, filled);
    let undashed = id(&taken).replace('-', "");
    assert_eq!(stand.get(&format!("/v2/orders/{undashed}")).await, filled);
    let cancel = stand.call("DELETE", &format!("/v2/orders/{}", id(&taken)), "").await;
    cancel.refuses(422, 42_210_000, "order is already in \"filled\" state");
    let again = stand
        .call("POST", "/v2/orders", &order(r#""qty":3,"type":"market","client_order_id":"a b/c""#))
        .await;
    again.refuses(422, 40_010_001, "client_order_id must be unique");
}

/// Each body must be refused with a status, a code and a text, and leave no order behind.
async fn check_refusals(cases: &[(&str, u16, i64, &str)]) {
    let stand = Stand::at(OPEN).await;
    for (body, status, code, message) in cases {
        stand.call("POST", "/v2/orders", body).await.refuses(*status, *code, message);
    }
    assert_eq!(stand.get("/v2/orders?status=all").await, json!([]), "no order is left behind");
}

#[tokio::test]
async fn a_wrong_shape_is_said_in_alpacas_words() {
    let long = format!(r#""qty":1,"type":"market","client_order_id":"{}""#, "x".repeat(129));
    let long = order(&long);
    check_refusals(&[
        (&long, 422, 40_010_001, "client_order_id must be no more than 128 characters"),
        ("{", 422, 40_010_000, "request body format is invalid"),
        ("[]", 422, 40_010_000, "request body format is invalid"),
        (r#"{"symbol":7}"#, 422, 40_010_000, "request body format is invalid"),
        (r#"{"symbol":"ZZZZ","qty":1}"#, 422, 42_210_000, "asset \"ZZZZ\" not found"),
        (&order(r#""type":"market""#), 422, 40_010_001, "qty or notional is required"),
        (
            &order(r#""qty":1,"notional":5,"type":"market""#),
            422,
            40_010_001,
            "only one of qty or notional is accepted",
        ),
        (&order(r#""qty":0,"type":"market""#), 422, 40_010_001, "qty must be > 0"),
        (&order(r#""notional":0.5,"type":"market""#), 422, 40_010_001, "notional must be >= 1.00"),
        (&order(r#""qty":1,"type":"peg""#), 422, 40_010_001, "invalid order type"),
        (
            &order(r#""qty":1,"type":"limit""#),
            422,
            40_010_001,
            "limit orders require a limit price",
        ),
        (&order(r#""qty":1,"type":"stop""#), 422, 40_010_001, "stop orders require a stop price"),
        (
            &order(r#""qty":1,"type":"stop_limit","stop_price":1"#),
            422,
            40_010_001,
            "stop limit orders require both stop and limit price",
        ),
        (
            &order(r#""qty":1,"type":"market","limit_price":5"#),
            422,
            40_010_001,
            "market orders require no stop or limit price",
        ),
        (
            &order(r#""qty":1,"type":"trailing_stop""#),
            422,
            40_010_001,
            "trailing stop orders must specify one of trail_price or trail_percent",
        ),
    ])
    .await;
}

#[tokio::test]
async fn a_broken_rule_is_said_in_alpacas_words() {
    check_refusals(&[
        (
            &order(r#""qty":1,"type":"limit","limit_price":"290.123""#),
            422,
            42_210_000,
            "invalid limit_price 290.123. sub-penny increment does not fulfill minimum pricing \
             criteria",
        ),
        (
            &order(r#""qty":0.5,"type":"limit","limit_price":200,"time_in_force":"gtc""#).replacen(
                r#""time_in_force":"day","#,
                "",
                1,
            ),
            422,
            42_210_000,
            "fractional orders must be DAY orders",
        ),
        (
            &order(r#""qty":1,"type":"market","extended_hours":true"#),
            422,
            42_210_000,
            "extended hours order must be DAY or GTC limit orders",
        ),
        (
            &order(r#""qty":1,"type":"market","position_intent":"sell_to_close""#),
            422,
            42_210_000,
            "position intent mismatch, inferred: buy_to_open, specified: sell_to_close",
        ),
        (&order(r#""qty":100000,"type":"market""#), 403, 40_310_000, "insufficient buying power"),
    ])
    .await;
}

#[tokio::test]
async fn resting_orders_are_replaced_and_canceled() {
    let stand = Stand::at(OPEN).await;
    let limit = order(r#""qty":2,"type":"limit","limit_price":"100.5""#);
    let old = stand.place(&limit).await;
    let path = format!("/v2/orders/{}", id(&old));
    let same = stand.call("PATCH", &path, r#"{"limit_price":"100.50"}"#).await;
    same.refuses(422, 42_210_000, "order parameters are not changed");
    let new = stand.call("PATCH", &path, r#"{"limit_price":101,"qty":3}"#).await.ok();
    let old = stand.order(&old).await;
    assert_eq!((&old["status"], &old["replaced_by"]), (&json!("replaced"), &new["id"]));
    assert_eq!((&new["replaces"], &new["limit_price"]), (&old["id"], &json!("101")));
    assert_eq!(new["qty"], json!("3"));
    let again = stand.call("PATCH", &path, r#"{"qty":5}"#).await;
    again.refuses(422, 42_210_000, "unable to replace order, order is not open");
    let path = format!("/v2/orders/{}", id(&new));
    assert_eq!(stand.call("DELETE", &path, "").await.status, 204);
    assert_eq!(stand.call("DELETE", &path, "").await.status, 204, "canceled twice is canceled");
    let canceled = stand.order(&new).await;
    assert_eq!(canceled["status"], json!("canceled"));
    assert!(canceled["canceled_at"].is_string());
    let unknown = "/v2/orders/00000000-0000-4000-8000-000000000000";
    let message = "order not found for 00000000-0000-4000-8000-000000000000";
    stand.refused(unknown).await.refuses(404, 40_410_000, message);
    stand.refused("/v2/orders/none").await.refuses(422, 40_010_001, "order_id is missing");
}

#[tokio::test]
async fn orders_wait_for_the_open_and_cannot_be_replaced_meanwhile() {
    let stand = Stand::at(NIGHT).await;
    let taken = stand.place(&order(r#""notional":"500","type":"market""#)).await;
    assert_eq!((&taken["status"], &taken["qty"]), (&json!("accepted"), &Value::Null));
    assert_eq!(taken["notional"], json!("500"));
    let limit = stand.place(&order(r#""qty":2,"type":"limit","limit_price":1"#)).await;
    let path = format!("/v2/orders/{}", id(&limit));
    let replaced = stand.call("PATCH", &path, r#"{"qty":3}"#).await;
    replaced.refuses(422, 42_210_000, "cannot replace order in accepted status");
    stand.move_to("2026-11-23T09:45");
    let filled = stand.order(&taken).await;
    assert_eq!(filled["status"], json!("filled"));
    let spent = stand.get("/v2/positions/AAPL").await["cost_basis"].clone();
    let spent: f64 = spent.as_str().expect("text").parse().expect("a number");
    assert!(spent <= 500.0 && spent > 499.0, "{spent}");
    stand.move_to("2026-11-23T16:00");
    assert_eq!(stand.order(&limit).await["status"], json!("expired"));
}

#[tokio::test]
async fn extended_hours_work_beside_the_session_until_the_evening() {
    let stand = Stand::at("2026-11-20T16:30").await;
    let body = order(r#""qty":1,"type":"limit","limit_price":1,"extended_hours":true"#);
    let resting = stand.place(&body).await;
    assert_eq!(resting["status"], json!("pending_new"));
    assert_eq!(resting["expires_at"], json!("2026-11-21T01:00:00Z"));
    let crossing = stand.place(&body.replace(":1,\"ext", ":9000,\"ext")).await;
    assert_eq!(stand.order(&crossing).await["status"], json!("filled"));
    assert_eq!(stand.order(&resting).await["status"], json!("new"));
    stand.move_to("2026-11-20T20:00");
    assert_eq!(stand.order(&resting).await["status"], json!("expired"));
    let stop = order(
        r#""qty":1,"type":"stop_limit","stop_price":900,"limit_price":901,"extended_hours":true"#,
    );
    let text = "stop_limit orders are not eligible for extended hours trading";
    stand.call("POST", "/v2/orders", &stop).await.refuses(422, 42_210_000, text);
}

#[tokio::test]
async fn opposite_orders_of_one_account_are_refused() {
    let stand = Stand::at(OPEN).await;
    stand.place(&order(r#""qty":5,"type":"market""#)).await;
    stand.move_to("2026-11-20T10:05");
    let buy = stand.place(&order(r#""qty":2,"type":"limit","limit_price":100"#)).await;
    let sale = order(r#""qty":2,"type":"limit","limit_price":99"#).replace("buy", "sell");
    let refused = stand.call("POST", "/v2/orders", &sale).await;
    let text = "potential wash trade detected. use complex orders";
    let body = refused.refuses(403, 40_310_000, text);
    assert_eq!(body["existing_order_id"], buy["id"]);
    assert_eq!(body["reject_reason"], json!("opposite side limit order exists"));
    let market = order(r#""qty":2,"type":"market""#).replace("buy", "sell");
    stand.call("POST", "/v2/orders", &market).await.refuses(403, 40_310_000, text);
    let trailing = order(r#""qty":2,"type":"trailing_stop","trail_percent":1.5"#);
    let trailing = stand.place(&trailing.replace("buy", "sell")).await;
    assert_eq!(trailing["trail_percent"], json!("1.5"));
    let trailing = stand.order(&trailing).await;
    assert!(trailing["hwm"].is_string() && trailing["stop_price"].is_string(), "{trailing}");
}

#[tokio::test]
async fn all_open_orders_are_canceled_at_once_with_an_answer_for_each() {
    let stand = Stand::at(OPEN).await;
    let empty = stand.call("DELETE", "/v2/orders", "").await;
    assert_eq!((empty.status, empty.json()), (207, json!([])));
    let limit = order(r#""qty":1,"type":"limit","limit_price":2"#);
    let (one, two) = (stand.place(&limit).await, stand.place(&limit).await);
    let canceled = stand.call("DELETE", "/v2/orders", "").await;
    assert_eq!(canceled.status, 207);
    let expected = json!([{"id": one["id"], "status": 200}, {"id": two["id"], "status": 200}]);
    assert_eq!(canceled.json(), expected);
    assert_eq!(stand.get("/v2/orders").await, json!([]));
}

#[tokio::test]
async fn the_list_is_filtered_and_paged() {
    let stand = Stand::at(OPEN).await;
    let mut placed = Vec::new();
    for (index, symbol) in ["AAPL", "SPY", "AAPL", "KO", "AAPL"].iter().enumerate() {
        stand.clock.advance_ms(1_000);
        let body = order(r#""qty":1,"type":"limit","limit_price":2"#).replace("AAPL", symbol);
        let placed_now = stand.place(&body).await;
        placed.push(placed_now);
        if index == 1 {
            let path = format!("/v2/orders/{}", id(&placed[1]));
            stand.call("DELETE", &path, "").await;
        }
    }
    let ids = |list: &Value| -> Vec<usize> {
        let place = |order: &Value| placed.iter().position(|one| one["id"] == order["id"]);
        list.as_array().expect("a list").iter().map(|o| place(o).expect("known")).collect()
    };
    let cases: &[(String, &[usize])] = &[
        (String::new(), &[4, 3, 2, 0]),
        ("status=all&direction=asc".to_owned(), &[0, 1, 2, 3, 4]),
        ("status=closed".to_owned(), &[1]),
        ("status=all&limit=2".to_owned(), &[4, 3]),
        ("symbols=AAPL%2CKO&status=open".to_owned(), &[4, 3, 2, 0]),
        ("symbols=KO&nested=True".to_owned(), &[3]),
        ("side=sell".to_owned(), &[]),
        ("asset_class=crypto".to_owned(), &[]),
        (format!("status=all&before_order_id={}", id(&placed[2])), &[1, 0]),
        (format!("status=all&after_order_id={}", id(&placed[2])), &[4, 3]),
        ("status=all&after=2026-11-20T15:00:03Z".to_owned(), &[4, 3]),
        ("status=all&until=2026-11-20T15:00:03%2B00:00".to_owned(), &[1, 0]),
        ("status=all&after=2026-11-20T15:00:01Z&until=2026-11-20T15:00:04Z".to_owned(), &[2, 1]),
    ];
    for (query, expected) in cases {
        let list = stand.get(&format!("/v2/orders?{query}")).await;
        assert_eq!(ids(&list), *expected, "{query}");
    }
    let refused = stand.refused("/v2/orders?limit=501").await;
    assert_eq!(refused.status, 422);
    assert_eq!(stand.refused("/v2/orders?status=odd").await.status, 422);
}

#[tokio::test]
async fn the_same_calls_give_the_same_orders_and_fills() {
    let mut told = Vec::new();
    for _ in 0..2 {
        let stand = Stand::with(OPEN, |options| options.seed = 9).await;
        for quantity in [100, 250, 400] {
            stand.place(&order(&format!(r#""qty":{quantity},"type":"market""#))).await;
            stand.clock.advance_ms(5_000);
        }
        stand.move_to("2026-11-20T11:00");
        told.push((
            stand.get("/v2/orders?status=all").await,
            stand.get("/v2/account/activities").await,
        ));
    }
    assert_eq!(told[0], told[1]);
}
