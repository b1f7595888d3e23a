//! Orders that belong together: what they must be, and how one follows the other.

use serde_json::{Value, json};

use super::stand::{Stand, id};

const OPEN: &str = "2026-11-20T10:00";

fn bracket(profit: &str, stop: &str) -> String {
    format!(
        r#"{{"symbol":"AAPL","qty":10,"side":"buy","type":"market","time_in_force":"gtc",
        "order_class":"bracket","take_profit":{{"limit_price":{profit}}},
        "stop_loss":{{"stop_price":{stop}}}}}"#
    )
}

fn statuses(order: &Value) -> Vec<String> {
    let legs = order["legs"].as_array().into_iter().flatten();
    let all = std::iter::once(order).chain(legs);
    all.map(|one| one["status"].as_str().expect("a status").to_owned()).collect()
}

#[tokio::test]
async fn a_bracket_enters_and_its_profit_cancels_its_stop() {
    let stand = Stand::at(OPEN).await;
    let taken = stand.place(&bracket("9000", "1.01")).await;
    assert_eq!(statuses(&taken), ["pending_new", "held", "held"]);
    assert_eq!(taken["order_class"], json!("bracket"));
    stand.move_to("2026-11-20T11:00");
    let nested = format!("/v2/orders/{}?nested=true", id(&taken));
    let order = stand.get(&nested).await;
    assert_eq!(statuses(&order), ["filled", "new", "held"]);
    let open = stand.get("/v2/orders?status=open").await;
    assert_eq!(open.as_array().map(Vec::len), Some(1), "a held leg is not open: {open}");
    let position = stand.get("/v2/positions/AAPL").await;
    assert_eq!(position["qty_available"], json!("0"), "its shares are held once");
    let profit = id(&order["legs"][0]).to_owned();
    let last = position["current_price"].as_str().expect("a price").parse::<f64>().expect("one");
    // An exit below the market fills at once.
    let path = format!("/v2/orders/{profit}");
    let body = format!(r#"{{"limit_price":{:.2}}}"#, last - 5.0);
    let replaced = stand.call("PATCH", &path, &body).await.ok();
    stand.move_to("2026-11-20T11:30");
    assert_eq!(stand.order(&replaced).await["status"], json!("filled"));
    let order = stand.get(&nested).await;
    assert_eq!(statuses(&order), ["filled", "filled", "canceled"]);
    assert_eq!(stand.get("/v2/positions").await, json!([]));
}

#[tokio::test]
async fn a_stop_that_is_reached_cancels_the_profit_and_sells() {
    let stand = Stand::at(OPEN).await;
    let taken = stand.place(&bracket("9000", "1.01")).await;
    stand.move_to("2026-11-20T10:30");
    let nested = format!("/v2/orders/{}?nested=true", id(&taken));
    let order = stand.get(&nested).await;
    let position = stand.get("/v2/positions/AAPL").await;
    let last = position["current_price"].as_str().expect("a price").parse::<f64>().expect("one");
    let path = format!("/v2/orders/{}", id(&order["legs"][1]));
    let body = format!(r#"{{"stop_price":{:.2}}}"#, last - 0.01);
    let stop = stand.call("PATCH", &path, &body).await.ok();
    assert_eq!(stop["status"], json!("held"));
    stand.move_to("2026-11-20T12:30");
    assert_eq!(stand.order(&stop).await["status"], json!("filled"));
    assert_eq!(statuses(&stand.get(&nested).await), ["filled", "canceled", "filled"]);
    assert_eq!(stand.get("/v2/positions").await, json!([]));
}

#[tokio::test]
async fn legs_end_with_their_entry() {
    let stand = Stand::at(OPEN).await;
    let body =
        bracket("90", "1.01").replace(r#""type":"market""#, r#""type":"limit","limit_price":2"#);
    let taken = stand.place(&body).await;
    assert_eq!(stand.call("DELETE", &format!("/v2/orders/{}", id(&taken)), "").await.status, 204);
    let order = stand.get(&format!("/v2/orders/{}?nested=true", id(&taken))).await;
    assert_eq!(statuses(&order), ["canceled"; 3]);
    let taken = stand.place(&body).await;
    let leg = id(&taken["legs"][1]).to_owned();
    stand.call("DELETE", &format!("/v2/orders/{leg}"), "").await;
    let order = stand.get(&format!("/v2/orders/{}?nested=true", id(&taken))).await;
    assert_eq!(statuses(&order), ["canceled"; 3], "a leg takes the others with it");
}

#[tokio::test]
async fn one_cancels_the_other_and_one_triggers_the_other() {
    let stand = Stand::at(OPEN).await;
    let oco = r#"{"symbol":"AAPL","qty":10,"side":"sell","type":"limit","time_in_force":"gtc",
        "order_class":"oco","take_profit":{"limit_price":9000},"stop_loss":{"stop_price":1.5}}"#;
    let refused = stand.call("POST", "/v2/orders", oco).await;
    refused.refuses(422, 42_210_000, "oco orders must be exit orders");
    let oto = r#"{"symbol":"AAPL","qty":10,"side":"buy","type":"market","time_in_force":"gtc",
        "order_class":"oto","stop_loss":{"stop_price":1.5}}"#;
    let taken = stand.place(oto).await;
    assert_eq!(statuses(&taken), ["pending_new", "held"]);
    stand.move_to("2026-11-20T11:00");
    let order = stand.get(&format!("/v2/orders/{}?nested=true", id(&taken))).await;
    assert_eq!(statuses(&order), ["filled", "new"]);
    stand.call("DELETE", &format!("/v2/orders/{}", id(&order["legs"][0])), "").await;
    let taken = stand.place(oco).await;
    assert_eq!(taken["limit_price"], json!("9000"));
    let nested = format!("/v2/orders/{}?nested=true", id(&taken));
    assert_eq!(statuses(&stand.get(&nested).await), ["new", "held"]);
    stand.call("DELETE", &format!("/v2/orders/{}", id(&taken)), "").await;
    assert_eq!(statuses(&stand.get(&nested).await), ["canceled", "canceled"]);
}

#[tokio::test]
async fn what_groups_must_be_is_said_in_alpacas_words() {
    let stand = Stand::at(OPEN).await;
    let whole = bracket("9000", "1.01");
    let limit = whole.replace(r#""type":"market""#, r#""type":"limit","limit_price":100"#);
    let cases = [
        (
            whole.replace(r#""take_profit":{"limit_price":9000},"#, ""),
            40_010_001,
            "bracket orders require take_profit.limit_price",
        ),
        (
            whole.replace(r#""type":"market""#, r#""type":"stop","stop_price":9000"#),
            40_010_001,
            "bracket orders must be market or limit orders",
        ),
        (
            limit.replace("9000", "100"),
            42_210_000,
            "take_profit.limit_price must be >= base_price + 0.01",
        ),
        (
            limit.replace("1.01", "100"),
            42_210_000,
            "stop_loss.stop_price must be <= base_price - 0.01",
        ),
        (
            limit.replace("9000", "1"),
            42_210_000,
            "take_profit.limit_price must be > stop_loss.stop_price",
        ),
        (
            whole.replace("9000", "9000.001"),
            42_210_000,
            "invalid take_profit.limit_price 9000.001. sub-penny increment does not fulfill \
             minimum pricing criteria",
        ),
        (
            whole.replace(r#""qty":10"#, r#""qty":1.5"#),
            42_210_000,
            "fractional orders must be simple orders",
        ),
    ];
    for (body, code, message) in cases {
        stand.call("POST", "/v2/orders", &body).await.refuses(422, code, message);
    }
    let refused = stand.call("POST", "/v2/orders", &limit.replace("9000", "100")).await;
    assert_eq!(refused.json()["base_price"], json!("100"));
}
