//! Every bound in the program, in one place, the relations between them checked as it compiles.
//! Knows numbers and units only; must never know what its numbers are for.

/// Commands waiting for the desk before a door is told to try again.
pub const INBOX_COMMANDS_MAX: usize = 1_024;
/// Commands and reports decided in one step and committed in one transaction.
pub const BATCH_MAX: usize = 256;
/// Venue reports waiting for the desk; a venue that fills it waits.
pub const INBOX_REPORTS_MAX: usize = 4_096;
/// Updates waiting for one watcher before it is marked lagged and sent a fresh view.
pub const WATCHER_UPDATES_MAX: usize = 512;
/// Doors that may watch the desk at once.
pub const WATCHERS_MAX: usize = 256;
/// Errands in flight at the venue, all lanes together.
pub const ERRANDS_IN_FLIGHT_MAX: usize = 16;
/// Queries being answered at once, all doors together; one more is told to try again.
pub const ANSWERS_AT_ONCE_MAX: usize = 64;
/// Deeds of the embedded market waiting for the disk; a market that is faster waits.
pub const KEEPER_JOBS_MAX: usize = 1_024;
/// Letters of the embedded market waiting to be heard; one more, and the market stops.
pub const OUTBOX_LETTERS_MAX: usize = 4_096;
/// Ended orders that the embedded market keeps in memory and in its file, and how many more there
/// may be before the older ones go to the archive beside it.
pub const ENDED_ORDERS_KEPT: usize = 1_000;
/// The embedded market's file is left as it is up to this size, in bytes.
pub const MARKET_FILE_BYTES_MIN: u64 = 256 << 10;
/// Beyond it the file is written anew once it is so many times larger than it was anew.
pub const MARKET_FILE_GROWTH_MAX: u64 = 4;
/// Lines of the log waiting for the disk; one more is lost. The room for them is made at the start.
pub const LOG_LINES_MAX: usize = 4_096;
/// Key presses and answers waiting for one screen.
pub const SCREEN_MESSAGES_MAX: usize = 1_024;

/// Longest symbol, in bytes.
pub const SYMBOL_BYTES_MAX: usize = 12;
/// Longest login, in bytes.
pub const LOGIN_BYTES_MAX: usize = 32;
/// Longest display name, in characters.
pub const NAME_CHARS_MAX: usize = 64;
/// Longest order note or portfolio description, in characters.
pub const NOTE_CHARS_MAX: usize = 500;
/// Longest piece of outside text kept (a broker's reason), in characters.
pub const REASON_CHARS_MAX: usize = 240;
/// Shortest password, in characters: 12 or more, and no rules about which.
pub const PASSWORD_CHARS_MIN: usize = 12;
/// Longest password, in bytes.
pub const PASSWORD_BYTES_MAX: usize = 1_024;
/// Longest client order id, in bytes (Alpaca's older documents cap it at 48).
pub const CLIENT_ORDER_ID_BYTES_MAX: usize = 48;
/// Longest paste taken by a text field, in bytes.
pub const PASTE_BYTES_MAX: usize = 4_096;

/// Largest quantity of one order, in shares.
pub const ORDER_SHARES_MAX: i64 = 1_000_000;
/// Largest total of one order's executions that is booked, in shares: far more than any order is
/// for, and far less than what a position can hold.
pub const EXECUTION_SHARES_MAX: i64 = 100_000_000;
/// Largest value of one order, in dollars.
pub const ORDER_DOLLARS_MAX: i64 = 100_000_000;
/// Least value of an order that opens a position, in dollars (Alpaca: "cost basis must be >=
/// minimal amount of order 1").
pub const ORDER_DOLLARS_MIN: i64 = 1;
/// Most cash that one portfolio is given, in dollars.
pub const ALLOCATION_DOLLARS_MAX: i64 = 1_000_000_000_000;
/// Price collar from one dollar up, in percent of the last price.
pub const COLLAR_PERCENT: i64 = 5;
/// Price collar under one dollar, in percent of the last price.
pub const COLLAR_PERCENT_UNDER_ONE_DOLLAR: i64 = 10;
/// Two like orders of one person within this time ask again, in milliseconds.
pub const DUPLICATE_WINDOW_MS: i64 = 5_000;
/// Working orders one person may have at once.
pub const OPEN_ORDERS_PER_PERSON_MAX: usize = 200;
/// Orders one person may place in any second.
pub const ORDERS_PER_SECOND_MAX: usize = 10;
/// Orders one person may place in any minute.
pub const ORDERS_PER_MINUTE_MAX: usize = 60;
/// Age at which a quote is too old for a market order in session, in milliseconds of desk time:
/// a market that runs faster than the clock must not make every price old between two looks.
pub const QUOTE_AGE_MS_MAX: i64 = 60_000;

/// Orders remembered by the time they were placed: more than all people together may place in a
/// minute.
pub const RECENT_ORDERS_MAX: usize = 32_768;
/// Refused orders of the day kept in memory, for screens; the store has them all.
pub const REFUSED_ORDERS_MAX: usize = 1_000;
/// A ticket may be sent this long after it was opened, in hours; its id is remembered that long.
pub const TICKET_AGE_HOURS_MAX: i64 = 12;

/// Waits between look-ups of an order whose fate is unknown, in milliseconds; the last repeats.
pub const LOOK_UP_WAITS_MS: [i64; 6] = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];
/// Time an order may be intended, or a cancel or replace pending, before the desk looks it up.
pub const ANSWER_WAIT_MS: i64 = 5_000;
/// Longest wait of a desk that stops for the venue to take what was committed, in milliseconds.
pub const STOP_WAIT_MS_MAX: i64 = 5_000;
/// Longest wait of a first start for the account's cash, in milliseconds: its form offers that.
pub const FUNDS_WAIT_MS_MAX: i64 = 3_000;
/// Longest wait for what the venue may still say of a trading day that has ended, in milliseconds;
/// what comes later is in the marks of the next day.
pub const MARK_WAIT_MS_MAX: i64 = 30_000;

/// A working order nobody spoke of so long is looked up, in milliseconds: a venue's stream may
/// lose a message and stay silent about it.
pub const SILENCE_MS_MAX: i64 = 15_000;

/// Failed sign-ins of one account before each further one has to wait.
pub const SIGN_IN_FAILURES_FREE: u32 = 5;
/// Logins of nobody whose failed sign-ins are remembered: those waited for longest ago are
/// forgotten first. Those of people are as many as the people.
pub const UNKNOWN_LOGINS_KEPT_MAX: usize = 1_024;
/// Failed sign-ins of logins of nobody that are written down as they come, through one door in a
/// day; of those beyond only their number is, whenever it has doubled.
pub const STRANGERS_WRITTEN_MAX: u32 = 20;
/// First wait after too many failed sign-ins, in milliseconds; it doubles.
pub const SIGN_IN_WAIT_FIRST_MS: i64 = 1_000;
/// Longest wait after failed sign-ins, in milliseconds.
pub const SIGN_IN_WAIT_MS_MAX: i64 = 900_000;
/// A sign-in ends after this time whatever happens, in milliseconds.
pub const SIGN_IN_AGE_MS_MAX: i64 = 12 * 3_600_000;
/// Password hashes worked out at once.
pub const HASHES_AT_ONCE_MAX: usize = 4;

/// Rows of one page of history.
pub const PAGE_ROWS_MAX: u32 = 500;
/// Rows of one export; what is beyond them is left out, and said so.
pub const EXPORT_ROWS_MAX: usize = 100_000;
/// Watchlists of one person.
pub const WATCHLISTS_PER_PERSON_MAX: usize = 20;
/// Symbols of one watchlist.
pub const WATCHLIST_SYMBOLS_MAX: usize = 200;
/// Minute bars answered at once.
pub const BARS_MAX: usize = 10_000;

/// Longest line of recorded market data, in bytes.
pub const RECORDING_LINE_BYTES_MAX: usize = 1 << 20;
/// Recorded trades and quotes that are replayed at once: some 100 bytes of memory each.
pub const RECORDING_PRINTS_MAX: usize = 10_000_000;
/// A recorded line may be so much older than one before it, in milliseconds: exchanges report at
/// paces of their own.
pub const RECORDING_DISORDER_MS_MAX: i64 = 10_000;
/// A message that a socket does not take so long is the end of it, in milliseconds.
pub const SLOW_SOCKET_MS_MAX: i64 = 5_000;
/// Updates of orders that wait for one socket; one more, and it is cut off.
pub const SOCKET_UPDATES_MAX: usize = 1_024;

/// Characters of a number on a broker's wire.
pub const WIRE_DIGITS_MAX: usize = 64;

/// Longest wait for a connection to a broker, in milliseconds.
pub const CONNECT_WAIT_MS_MAX: u64 = 5_000;
/// Longest wait for the whole answer to a call, in milliseconds: what is not known by then is
/// looked up.
pub const CALL_WAIT_MS_MAX: i64 = 10_000;
/// Largest answer of a broker that is read, in bytes.
pub const ANSWER_BYTES_MAX: usize = 4 << 20;
/// Largest list of all assets that is read, in bytes (some 33,000 of them).
pub const ASSETS_BYTES_MAX: usize = 64 << 20;
/// Pages of one list that are read before it counts as endless.
pub const BROKER_PAGES_MAX: usize = 100;

/// A silent line is asked whether it lives after so long, in milliseconds.
pub const PING_EVERY_MS: i64 = 5_000;
/// A ping that is not answered so long is the end of its line, in milliseconds.
pub const PING_ANSWER_MS_MAX: i64 = 15_000;
/// Longest wait for a line to open, and for its greeting, in milliseconds each.
pub const GREETING_WAIT_MS_MAX: i64 = 10_000;
/// Longest wait before a broken line is dialled again, in milliseconds; it doubles up to this.
pub const BROKEN_LINE_WAIT_MS_MAX: i64 = 30_000;
/// Least wait where a broker still counts a line that is gone (it does for some 90 seconds), in
/// milliseconds, before chance takes up to half of it off.
pub const REFUSED_LINE_WAIT_MS_MIN: i64 = 10_000;
/// A line that was up so long is dialled again at once, in milliseconds.
pub const STEADY_LINE_MS: i64 = 10_000;
/// Largest message of a stream, in bytes.
pub const STREAM_MESSAGE_BYTES_MAX: usize = 4 << 20;
/// Symbols that a market-data stream carries at once on a free plan.
pub const STREAMED_SYMBOLS_MAX: usize = 30;

/// Words of a price stream that wait to be heard; one more, and the stream waits.
pub const STREAM_WORDS_MAX: usize = 4_096;
/// Symbols whose prices stay wanted because somebody looked at them.
pub const LOOKS_KEPT_MAX: usize = 60;
/// Fills and open orders are asked for so often, whatever a stream says, in milliseconds.
pub const FILLS_EVERY_MS: i64 = 15_000;
/// The same while the stream that tells of them is down, in milliseconds.
pub const FILLS_EVERY_MS_DEAF: i64 = 5_000;
/// How far each look at fills reaches back behind the newest one known, in seconds.
pub const FILLS_OVERLAP_S: i64 = 60;
/// Prices that no stream carries are asked for so often, in milliseconds.
pub const SNAPSHOTS_EVERY_MS: i64 = 5_000;
/// The same while the market is closed, in milliseconds.
pub const SNAPSHOTS_EVERY_MS_CLOSED: i64 = 60_000;
/// A streamed price about which nothing came so long is asked for, in milliseconds.
pub const SILENT_PRICE_MS: i64 = 30_000;
/// Symbols of one question for prices.
pub const SNAPSHOTS_AT_ONCE_MAX: usize = 100;
/// The list of assets is asked for so often, in milliseconds.
pub const ASSETS_EVERY_MS: i64 = 24 * 3_600_000;

/// Requests a broker takes in a minute, until it says otherwise (Alpaca: 200 for an account).
pub const REQUESTS_PER_MINUTE: u32 = 200;
/// The most requests a minute that a broker is believed.
pub const REQUESTS_PER_MINUTE_MAX: u32 = 100_000;
/// Requests of a minute that only cancels may make.
pub const REQUESTS_KEPT_FOR_CANCELS: u32 = 30;
/// Requests of a minute that only cancels and new orders may make.
pub const REQUESTS_KEPT_FOR_SUBMITS: u32 = 40;
/// Requests of a minute that polling leaves to all the others.
pub const REQUESTS_KEPT_FOR_LOOK_UPS: u32 = 30;
/// After a broker's word that it was too much, a cancel tries again so soon, in milliseconds.
pub const THROTTLED_CANCEL_WAIT_MS: i64 = 1_000;
/// Longest wait after such words, in milliseconds; it doubles up to this.
pub const THROTTLED_WAIT_MS_MAX: i64 = 30_000;

/// Least time between two frames drawn for data, in milliseconds (30 a second at most).
pub const FRAME_MS_MIN: i64 = 34;
/// Smallest terminal that shows panes, in columns.
pub const SCREEN_COLUMNS_MIN: u16 = 40;
/// Smallest terminal that shows panes, in rows.
pub const SCREEN_ROWS_MIN: u16 = 10;
/// Toasts kept on screen at once.
pub const TOASTS_MAX: usize = 3;

const _: () = assert!(BATCH_MAX <= INBOX_COMMANDS_MAX);
const _: () = assert!(BATCH_MAX <= INBOX_REPORTS_MAX);
const _: () = assert!(BATCH_MAX <= WATCHER_UPDATES_MAX);
const _: () = assert!(ORDERS_PER_SECOND_MAX <= ORDERS_PER_MINUTE_MAX);
const _: () = assert!(PASSWORD_CHARS_MIN < PASSWORD_BYTES_MAX);
const _: () = assert!(SILENCE_MS_MAX > ANSWER_WAIT_MS);
const _: () = assert!(MARK_WAIT_MS_MAX > ANSWER_WAIT_MS);
const _: () = assert!(ANSWER_WAIT_MS >= LOOK_UP_WAITS_MS[0]);
const _: () = assert!(
    REQUESTS_KEPT_FOR_CANCELS + REQUESTS_KEPT_FOR_SUBMITS + REQUESTS_KEPT_FOR_LOOK_UPS
        < REQUESTS_PER_MINUTE
);
const _: () = assert!(FILLS_EVERY_MS_DEAF < FILLS_EVERY_MS && FILLS_EVERY_MS <= SILENCE_MS_MAX);
const _: () = assert!(SILENT_PRICE_MS + SNAPSHOTS_EVERY_MS < QUOTE_AGE_MS_MAX);
const _: () = assert!(PING_EVERY_MS < PING_ANSWER_MS_MAX);
const _: () = assert!(THROTTLED_CANCEL_WAIT_MS < THROTTLED_WAIT_MS_MAX);
const _: () = assert!(ORDER_SHARES_MAX <= EXECUTION_SHARES_MAX);
const _: () = assert!(EXECUTION_SHARES_MAX < i64::MAX / 1_000_000_000);
