//! Calls and sockets as HTTP carries them: who is it, how many calls are left, then the answer.
//! Must never let a call wait for another account's.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode, request};
use axum::response::{IntoResponse, Response};

use super::answer::{Answer, Body, Refused};
use super::feed::Feed;
use super::feed_socket::{self, Opened};
use super::frame::Form;
use super::hall::Hall;
use super::query::Query;
use super::rate::{Lane, Standing};
use super::route::{Call, answer, lane};
use super::trade_socket;

/// How a client asks for binary frames.
const PACKED: &str = "application/msgpack";
/// Largest body that is read.
const BODY_BYTES_MAX: usize = 1 << 20;

/// Answers a request, whatever it is for.
pub(super) async fn serve(State(hall): State<Arc<Hall>>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    if parts.headers.contains_key("upgrade") {
        return socket(hall, &mut parts).await;
    }
    let Ok(body) = axum::body::to_bytes(body, BODY_BYTES_MAX).await else {
        let refused = Refused::plain(413, "request body is too large");
        return written(&hall, Answer::from(refused), None);
    };
    call(&hall, &parts, &body)
}

fn call(hall: &Hall, parts: &request::Parts, body: &Bytes) -> Response {
    let path = parts.uri.path();
    let lane = lane(path);
    let account = match hall.keys.caller(&parts.headers) {
        Ok(account) => account,
        Err(stranger) => {
            let answer = match lane {
                Lane::Trading => stranger.trading_answer(path),
                Lane::Data => stranger.data_answer(),
            };
            return written(hall, answer, None);
        }
    };
    let (now, _) = hall.now();
    let counted = hall.limiter().take(now, account, lane);
    let Ok(standing) = counted else {
        let refused = match lane {
            Lane::Trading => Refused::coded(429, 42_910_000, "rate limit exceeded"),
            Lane::Data => Refused::plain(429, "too many requests."),
        };
        return written(hall, Answer::from(refused), None);
    };
    let query = Query::read(parts.uri.query().unwrap_or_default());
    let call = Call { method: &parts.method, path, query, body };
    written(hall, answer(hall, account, &call), standing)
}

/// An answer as a response.
fn written(hall: &Hall, answer: Answer, standing: Option<Standing>) -> Response {
    let status = StatusCode::from_u16(answer.status).expect("a status of ours");
    let mut headers = HeaderMap::new();
    let text = |value: String| HeaderValue::from_str(&value).expect("a header of ours is plain");
    headers.insert(HeaderName::from_static("x-request-id"), text(hall.request_id()));
    if let Some(standing) = standing {
        let counts = [
            ("x-ratelimit-limit", standing.limit.to_string()),
            ("x-ratelimit-remaining", standing.remaining.to_string()),
            ("x-ratelimit-reset", standing.reset.to_string()),
        ];
        for (name, value) in counts {
            headers.insert(HeaderName::from_static(name), text(value));
        }
    }
    if answer.challenges {
        let challenge = HeaderValue::from_static("Bearer, Basic realm=\"alpaca.markets\"");
        headers.insert(WWW_AUTHENTICATE, challenge);
    }
    let mut kind = |kind| headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    match answer.body {
        Body::Empty => (status, headers).into_response(),
        Body::Json(body) => {
            kind("application/json; charset=UTF-8");
            (status, headers, body).into_response()
        }
        Body::Html(page) => {
            kind("text/html");
            (status, headers, page).into_response()
        }
    }
}

/// A request for a socket.
async fn socket(hall: Arc<Hall>, parts: &mut request::Parts) -> Response {
    let path = parts.uri.path().trim_end_matches('/').to_owned();
    let upgrade = match WebSocketUpgrade::from_request_parts(parts, &hall).await {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    if let Some(feed) = Feed::of(&path) {
        let packed = parts.headers.get(CONTENT_TYPE).is_some_and(|kind| kind == PACKED);
        let form = if packed { Form::Packed } else { Form::Json };
        let account = hall.keys.caller(&parts.headers).ok();
        let opened = Opened { feed, form, account };
        return upgrade.on_upgrade(move |socket| feed_socket::talk(hall, socket, opened));
    }
    match path.as_str() {
        "/stream" => upgrade.on_upgrade(move |socket| trade_socket::talk(hall, socket)),
        _ => written(&hall, Answer::from(Refused::missing("endpoint not found")), None),
    }
}
