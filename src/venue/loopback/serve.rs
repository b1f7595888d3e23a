//! Calls and sockets as HTTP carries them: who is it, how many calls are left, then the answer.
//! Must never let a call wait for another account's.

use std::io;
use std::pin::pin;
use std::sync::Arc;

use axum::body::{self, Bytes, HttpBody};
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER,
    WWW_AUTHENTICATE,
};
use axum::http::{HeaderMap, StatusCode, request};
use axum::response::{IntoResponse, Response};

use super::answer::{Answer, BAD_GATEWAY_PAGE, Body, Refused, TIMEOUT_PAGE, UNAVAILABLE_PAGE};
use super::chaos::{End, Failure, Mishap};
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
/// A call that is throttled by chance may come again after so many seconds.
const THROTTLED_S: i64 = 1;
/// The calls a minute that are told where none are counted.
const LIMIT_USUAL: u32 = 200;
/// A socket that fell mute is held so long, in milliseconds, as Alpaca counts one that is gone.
const MUTE_MS: i64 = 90_000;

/// Answers a request, whatever it is for.
pub(super) async fn serve(State(hall): State<Arc<Hall>>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    if parts.headers.contains_key("upgrade") {
        return socket(hall, &mut parts).await;
    }
    let Ok(body) = body::to_bytes(body, BODY_BYTES_MAX).await else {
        let refused = Refused::plain(413, "request body is too large");
        return written(&hall, Answer::from(refused), None);
    };
    let fate = hall.chaos.next_call();
    let lane = lane(parts.uri.path());
    let response = heard(&hall, lane, fate.mishap, || call(&hall, &parts, &body));
    if fate.late_ms > 0 {
        let due = hall.clock.now().plus_ms(fate.late_ms);
        tokio::select! {
            biased;
            () = hall.ending() => {}
            () = hall.clock.wait_until(due) => {}
        }
    }
    response
}

/// What is heard of a call that something may befall.
fn heard(
    hall: &Hall,
    lane: Lane,
    mishap: Option<Mishap>,
    carry_out: impl FnOnce() -> Response,
) -> Response {
    match mishap {
        None => carry_out(),
        Some(Mishap::Throttled { says_when: false }) => written(hall, throttled(lane), None),
        Some(Mishap::Throttled { says_when: true }) => {
            let limit = hall.options.rate.unwrap_or(LIMIT_USUAL);
            let reset = hall.clock.now().timestamp().as_second() + THROTTLED_S;
            let standing = Standing { limit, remaining: 0, reset };
            let mut response = written(hall, throttled(lane), Some(standing));
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(THROTTLED_S));
            response
        }
        Some(Mishap::Failed { failure, carried_out }) => {
            if carried_out {
                drop(carry_out());
            }
            written(hall, failed(failure), None)
        }
        Some(Mishap::BrokenOff) => broken_off(carry_out()),
        Some(Mishap::HungUp) => {
            let mut response = carry_out();
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            response
        }
    }
}

/// One call too many.
fn throttled(lane: Lane) -> Answer {
    Answer::from(match lane {
        Lane::Trading => Refused::coded(429, 42_910_000, "rate limit exceeded"),
        Lane::Data => Refused::plain(429, "too many requests."),
    })
}

fn failed(failure: Failure) -> Answer {
    match failure {
        Failure::Internal => Answer::from(Refused::coded(500, 50_010_000, "internal server error")),
        Failure::BadGateway => Answer::page(502, BAD_GATEWAY_PAGE),
        Failure::Unavailable => Answer::page(503, UNAVAILABLE_PAGE),
        Failure::Timeout => Answer::page(504, TIMEOUT_PAGE),
    }
}

/// An answer whose connection breaks before its body is there. One byte of a body is promised
/// where there is none, so that it breaks too.
fn broken_off(response: Response) -> Response {
    let (mut head, whole) = response.into_parts();
    let promised = HttpBody::size_hint(&whole).exact().unwrap_or_default().max(1);
    if head.status == StatusCode::NO_CONTENT {
        head.status = StatusCode::OK;
    }
    head.headers.insert(CONTENT_LENGTH, HeaderValue::from(promised));
    let broken = futures::stream::iter([Err::<Bytes, _>(io::ErrorKind::ConnectionReset)]);
    let broken = futures::StreamExt::map(broken, |part| part.map_err(io::Error::from));
    Response::from_parts(head, body::Body::from_stream(broken))
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
        return written(hall, throttled(lane), None);
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
    let spell = hall.chaos.next_socket();
    if spell.turns_away() {
        return written(&hall, throttled(Lane::Data), None);
    }
    let upgrade = match WebSocketUpgrade::from_request_parts(parts, &hall).await {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    if let Some(feed) = Feed::of(&path) {
        let packed = parts.headers.get(CONTENT_TYPE).is_some_and(|kind| kind == PACKED);
        let form = if packed { Form::Packed } else { Form::Json };
        let account = hall.keys.caller(&parts.headers).ok();
        let opened = Opened { feed, form, account };
        return upgrade.on_upgrade(move |socket| {
            let end = spell.end();
            until(hall.clone(), end, feed_socket::talk(hall, (socket, spell), opened))
        });
    }
    match path.as_str() {
        "/stream" => upgrade.on_upgrade(move |socket| {
            let end = spell.end();
            until(hall.clone(), end, trade_socket::talk(hall, (socket, spell)))
        }),
        _ => written(&hall, Answer::from(Refused::missing("endpoint not found")), None),
    }
}

/// Lets a socket talk until its end. One that falls mute is held and not listened to any more:
/// so nothing that is said to it, not even a ping, is answered.
async fn until(hall: Arc<Hall>, end: Option<(i64, End)>, talk: impl Future<Output = ()>) {
    let Some((ms, end)) = end else { return talk.await };
    let mut talk = pin!(talk);
    let over = |ms| hall.clock.wait_until(hall.clock.now().plus_ms(ms));
    tokio::select! {
        biased;
        () = &mut talk => return,
        () = over(ms) => {}
    }
    if end == End::Mute {
        tokio::select! {
            biased;
            () = hall.ending() => {}
            () = over(MUTE_MS) => {}
        }
    }
}
