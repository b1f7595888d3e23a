-- The desk's store: every thing of the desk, its books, and its journal.
--
-- Quantities and prices are INTEGER in units of 1e-9; money is TEXT with up to 18 places; times are
-- INTEGER nanoseconds since 1970 UTC, on the desk's or on the market's clock as the name says.
-- Nothing is REAL, and SQL never multiplies. This file is never edited once released: changes are
-- added in further ones.

PRAGMA application_id = 1145393995; -- 'DESK' in ASCII

-- How this store was written; one row.
CREATE TABLE meta (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    application TEXT NOT NULL CHECK (application = 'trading-desk'),
    journal_encoding INTEGER NOT NULL CHECK (journal_encoding >= 1)
) STRICT;
INSERT INTO meta (id, application, journal_encoding) VALUES (1, 'trading-desk', 1);

-- What holds for the whole desk; one row.
CREATE TABLE desk_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    trading TEXT NOT NULL CHECK (trading IN ('active', 'closing_only', 'halted')),
    reason TEXT,
    CHECK ((trading = 'active') = (reason IS NULL))
) STRICT;
INSERT INTO desk_state (id, trading, reason) VALUES (1, 'active', NULL);

CREATE TABLE accounts (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    venue TEXT NOT NULL CHECK (venue IN ('alpaca', 'embedded', 'ledger')),
    number TEXT NOT NULL CHECK (number <> ''),
    marked_through TEXT CHECK (length(marked_through) = 10),
    UNIQUE (venue, number)
) STRICT;

CREATE TABLE roles (
    name TEXT PRIMARY KEY CHECK (name IN ('admin', 'trader', 'analyst', 'viewer')),
    can_create_trade INTEGER NOT NULL CHECK (can_create_trade IN (0, 1)),
    can_view_all_trades INTEGER NOT NULL CHECK (can_view_all_trades IN (0, 1)),
    can_manage_portfolios INTEGER NOT NULL CHECK (can_manage_portfolios IN (0, 1)),
    max_trade_value TEXT CHECK (max_trade_value NOT GLOB '*[^0-9.]*'),
    version INTEGER NOT NULL CHECK (version > 0)
) STRICT, WITHOUT ROWID;
INSERT INTO roles
    (name, can_create_trade, can_view_all_trades, can_manage_portfolios, max_trade_value, version)
VALUES
    ('admin', 1, 1, 1, NULL, 1),
    ('trader', 1, 0, 0, '50000.00', 1),
    ('analyst', 0, 1, 0, '0.00', 1),
    ('viewer', 0, 0, 0, '0.00', 1);

CREATE TABLE users (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    login TEXT NOT NULL UNIQUE CHECK (login <> ''),
    name TEXT NOT NULL CHECK (name <> ''),
    email TEXT,
    slack_id TEXT UNIQUE,
    role TEXT NOT NULL REFERENCES roles (name),
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    version INTEGER NOT NULL CHECK (version > 0)
) STRICT;

CREATE TABLE credentials (
    user_id INTEGER PRIMARY KEY REFERENCES users (id),
    kind TEXT NOT NULL CHECK (kind IN ('password', 'open')),
    phc TEXT,
    CHECK ((kind = 'password') = (phc IS NOT NULL))
) STRICT;

CREATE TABLE sign_ins (
    id TEXT PRIMARY KEY CHECK (length(id) = 36),
    user_id INTEGER NOT NULL REFERENCES users (id),
    door TEXT NOT NULL,
    opened_desk_ns INTEGER NOT NULL,
    opened_market_ns INTEGER NOT NULL,
    ended_desk_ns INTEGER,
    ended_market_ns INTEGER,
    CHECK ((ended_desk_ns IS NULL) = (ended_market_ns IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_ins_open ON sign_ins (opened_desk_ns) WHERE ended_desk_ns IS NULL;

CREATE TABLE settings (
    user_id INTEGER NOT NULL REFERENCES users (id),
    name TEXT NOT NULL CHECK (name <> ''),
    value TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    PRIMARY KEY (user_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE watchlists (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    user_id INTEGER NOT NULL REFERENCES users (id),
    name TEXT NOT NULL CHECK (name <> ''),
    symbols TEXT NOT NULL, -- in their owner's order, a blank between two
    version INTEGER NOT NULL CHECK (version > 0),
    UNIQUE (user_id, name)
) STRICT;

CREATE TABLE portfolios (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL CHECK (name <> ''),
    kind TEXT NOT NULL CHECK (kind IN ('personal', 'shared', 'unallocated')),
    owner_id INTEGER NOT NULL REFERENCES users (id),
    description TEXT NOT NULL,
    may_short INTEGER NOT NULL CHECK (may_short IN (0, 1)),
    allocation TEXT CHECK (allocation NOT GLOB '*[^-0-9.]*'),
    archived INTEGER NOT NULL CHECK (archived IN (0, 1)),
    version INTEGER NOT NULL CHECK (version > 0),
    UNIQUE (account_id, name)
) STRICT;
CREATE UNIQUE INDEX portfolios_unallocated ON portfolios (account_id) WHERE kind = 'unallocated';

-- Who was given how much of a portfolio. "access", because GRANT is a word of SQL.
CREATE TABLE portfolio_access (
    portfolio_id INTEGER NOT NULL REFERENCES portfolios (id),
    user_id INTEGER NOT NULL REFERENCES users (id),
    access TEXT CHECK (access IN ('view', 'trade', 'admin')), -- null once it was taken away
    version INTEGER NOT NULL CHECK (version > 0),
    PRIMARY KEY (portfolio_id, user_id)
) STRICT, WITHOUT ROWID;

-- An order waits for the disk: its checks are chains of OR, because SQLite builds a table in memory
-- for each list of three or more, every time.
CREATE TABLE orders (
    id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    portfolio_id INTEGER NOT NULL REFERENCES portfolios (id),
    user_id INTEGER NOT NULL REFERENCES users (id),
    class TEXT NOT NULL CHECK (class = 'simple' OR class = 'bracket' OR class = 'oco'
        OR class = 'oto'),
    parent_id TEXT REFERENCES orders (id),
    leg_role TEXT CHECK (leg_role = 'entry' OR leg_role = 'take_profit' OR leg_role = 'stop_loss'),
    symbol TEXT NOT NULL CHECK (symbol <> ''),
    side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
    quantity INTEGER NOT NULL,
    order_type TEXT NOT NULL
        CHECK (order_type = 'market' OR order_type = 'limit' OR order_type = 'stop'
        OR order_type = 'stop_limit' OR order_type = 'trailing_stop'),
    limit_price INTEGER CHECK ((limit_price IS NOT NULL) = (order_type IN ('limit', 'stop_limit'))),
    stop_price INTEGER CHECK ((stop_price IS NOT NULL) = (order_type IN ('stop', 'stop_limit'))),
    trail_amount INTEGER,
    trail_percent INTEGER, -- millionths
    time_in_force TEXT NOT NULL
        CHECK (time_in_force = 'day' OR time_in_force = 'gtc' OR time_in_force = 'opg'
        OR time_in_force = 'cls' OR time_in_force = 'ioc' OR time_in_force = 'fok'),
    note TEXT NOT NULL,
    extended_hours INTEGER NOT NULL CHECK (extended_hours IN (0, 1)),
    dollars TEXT CHECK (dollars NOT GLOB '*[^0-9.]*'),
    take_profit INTEGER,
    stop_loss INTEGER,
    stop_loss_limit INTEGER,
    asked_quantity INTEGER,
    asked_limit INTEGER,
    asked_stop INTEGER,
    asked_trail_amount INTEGER,
    asked_trail_percent INTEGER,
    asked_time_in_force TEXT
        CHECK (asked_time_in_force = 'day' OR asked_time_in_force = 'gtc'
        OR asked_time_in_force = 'opg' OR asked_time_in_force = 'cls'
        OR asked_time_in_force = 'ioc' OR asked_time_in_force = 'fok'),
    status TEXT NOT NULL CHECK (status = 'staged' OR status = 'intended' OR status = 'held'
        OR status = 'working' OR status = 'partly_filled' OR status = 'done_for_day'
        OR status = 'filled' OR status = 'canceled' OR status = 'rejected' OR status = 'expired'
        OR status = 'replaced'),
    pending TEXT NOT NULL CHECK (pending = 'none' OR pending = 'cancel' OR pending = 'replace'),
    certainty TEXT NOT NULL CHECK (certainty IN ('sure', 'unknown')),
    filled INTEGER NOT NULL CHECK (filled >= 0),
    filled_value TEXT NOT NULL CHECK (filled_value NOT GLOB '*[^0-9.]*'),
    attempt INTEGER NOT NULL CHECK (attempt >= 0),
    reserved TEXT NOT NULL CHECK (reserved NOT GLOB '*[^0-9.]*'),
    shown_last INTEGER,
    shown_version INTEGER,
    approver_id INTEGER REFERENCES users (id),
    placed_desk_ns INTEGER NOT NULL,
    placed_market_ns INTEGER NOT NULL,
    updated_desk_ns INTEGER NOT NULL,
    updated_market_ns INTEGER NOT NULL,
    due_desk_ns INTEGER,
    look_ups INTEGER NOT NULL CHECK (look_ups >= 0),
    reason TEXT,
    version INTEGER NOT NULL CHECK (version > 0),
    is_open INTEGER NOT NULL AS (CASE status WHEN 'filled' THEN 0 WHEN 'canceled' THEN 0
        WHEN 'rejected' THEN 0 WHEN 'expired' THEN 0 WHEN 'replaced' THEN 0 ELSE 1 END),
    CHECK ((order_type = 'trailing_stop') = ((trail_amount IS NULL) <> (trail_percent IS NULL))),
    -- What the desk refused is kept as it was asked for, and was never sent.
    CHECK (quantity > 0 OR (status = 'rejected' AND attempt = 0))
) STRICT;
-- An order that is placed waits for the disk, and each index is one more page to write: so what is
-- open is in one small index, and what is over gets the others when it ends.
CREATE INDEX orders_open ON orders (account_id)
    WHERE is_open = 1;
-- Start-up reads what is open and what was finished today, and nothing else of the past.
CREATE INDEX orders_finished ON orders (account_id, updated_market_ns)
    WHERE is_open = 0;
-- The blotter walks this from its newest end; what it filters by is in it.
CREATE INDEX orders_finished_by_placed
    ON orders (placed_market_ns, id, portfolio_id, status, symbol, user_id)
    WHERE is_open = 0;
CREATE INDEX orders_finished_by_portfolio ON orders (portfolio_id, placed_market_ns, id, status)
    WHERE is_open = 0;

CREATE TABLE venue_orders (
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    client_id TEXT NOT NULL CHECK (client_id <> ''),
    order_id TEXT REFERENCES orders (id),
    attempt INTEGER NOT NULL CHECK (attempt >= 0),
    venue_id TEXT,
    status TEXT NOT NULL CHECK (status = 'staged' OR status = 'intended' OR status = 'held'
        OR status = 'working' OR status = 'partly_filled' OR status = 'done_for_day'
        OR status = 'filled' OR status = 'canceled' OR status = 'rejected' OR status = 'expired'
        OR status = 'replaced'),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    filled INTEGER NOT NULL CHECK (filled >= 0),
    closing_total INTEGER CHECK (closing_total >= 0),
    -- The new terms a replacement brings; all null for the first one.
    asked_quantity INTEGER,
    asked_limit INTEGER,
    asked_stop INTEGER,
    asked_trail_amount INTEGER,
    asked_trail_percent INTEGER,
    asked_time_in_force TEXT
        CHECK (asked_time_in_force = 'day' OR asked_time_in_force = 'gtc'
        OR asked_time_in_force = 'opg' OR asked_time_in_force = 'cls'
        OR asked_time_in_force = 'ioc' OR asked_time_in_force = 'fok'),
    -- The desk's own begin with the id of their order, so those of one order stand together.
    PRIMARY KEY (account_id, client_id)
) STRICT, WITHOUT ROWID;

-- An execution is known by its venue order and the total filled after it, whatever the venue's
-- stream or history call it.
CREATE TABLE fills (
    client_id TEXT NOT NULL CHECK (client_id <> ''),
    total INTEGER NOT NULL,
    order_id TEXT NOT NULL REFERENCES orders (id),
    portfolio_id INTEGER NOT NULL REFERENCES portfolios (id),
    symbol TEXT NOT NULL CHECK (symbol <> ''),
    side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    price INTEGER NOT NULL CHECK (price >= 0),
    execution TEXT NOT NULL,
    at_market_ns INTEGER NOT NULL,
    PRIMARY KEY (client_id, total),
    CHECK (total >= quantity)
) STRICT, WITHOUT ROWID;
CREATE INDEX fills_by_time ON fills (at_market_ns, portfolio_id, symbol);

CREATE TABLE entries (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    portfolio_id INTEGER NOT NULL REFERENCES portfolios (id),
    kind TEXT NOT NULL CHECK (kind = 'fill' OR kind = 'opening' OR kind = 'break'
        OR kind = 'transfer' OR kind = 'split' OR kind = 'dividend' OR kind = 'fee'
        OR kind = 'interest' OR kind = 'bust'),
    symbol TEXT CHECK (symbol <> ''),
    quantity INTEGER NOT NULL,
    cash TEXT NOT NULL CHECK (cash NOT GLOB '*[^-0-9.]*'),
    trade_date TEXT NOT NULL CHECK (length(trade_date) = 10),
    settle_date TEXT NOT NULL CHECK (length(settle_date) = 10),
    client_id TEXT,
    total INTEGER,
    user_id INTEGER REFERENCES users (id),
    note TEXT NOT NULL,
    booked_desk_ns INTEGER NOT NULL,
    booked_market_ns INTEGER NOT NULL,
    FOREIGN KEY (client_id, total) REFERENCES fills (client_id, total),
    CHECK ((client_id IS NULL) = (total IS NULL)),
    CHECK (kind <> 'fill' OR client_id IS NOT NULL),
    CHECK (symbol IS NOT NULL OR quantity = 0)
) STRICT;
-- Equity curves add cash that no position explains; everything else they read from the marks.
CREATE INDEX entries_of_cash ON entries (portfolio_id, trade_date) WHERE symbol IS NULL;

-- A cache of the fold over the entries, written in the same transaction as they are.
CREATE TABLE positions (
    portfolio_id INTEGER NOT NULL REFERENCES portfolios (id),
    symbol TEXT NOT NULL CHECK (symbol <> ''),
    quantity INTEGER NOT NULL,
    cost TEXT NOT NULL CHECK (cost NOT GLOB '*[^-0-9.]*'),
    realised TEXT NOT NULL CHECK (realised NOT GLOB '*[^-0-9.]*'),
    entries INTEGER NOT NULL CHECK (entries >= 0),
    PRIMARY KEY (portfolio_id, symbol)
) STRICT, WITHOUT ROWID;

-- A cache of the sum of a portfolio's entries, its allocation aside.
CREATE TABLE balances (
    portfolio_id INTEGER PRIMARY KEY REFERENCES portfolios (id),
    cash TEXT NOT NULL CHECK (cash NOT GLOB '*[^-0-9.]*')
) STRICT;

CREATE TABLE daily_marks (
    portfolio_id INTEGER NOT NULL REFERENCES portfolios (id),
    symbol TEXT NOT NULL CHECK (symbol <> ''),
    date TEXT NOT NULL CHECK (length(date) = 10),
    quantity INTEGER NOT NULL,
    close INTEGER NOT NULL CHECK (close >= 0),
    cost TEXT NOT NULL CHECK (cost NOT GLOB '*[^-0-9.]*'),
    realised TEXT NOT NULL CHECK (realised NOT GLOB '*[^-0-9.]*'),
    PRIMARY KEY (portfolio_id, symbol, date)
) STRICT, WITHOUT ROWID;

-- Every change is a line. It refers to nothing, so that it stands whatever becomes of the rest.
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY CHECK (seq > 0),
    desk_ns INTEGER NOT NULL,
    market_ns INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    user_id INTEGER,
    sign_in_id TEXT,
    door TEXT NOT NULL,
    command_id TEXT,
    kind TEXT NOT NULL,
    order_id TEXT,
    portfolio_id INTEGER,
    payload_version INTEGER NOT NULL,
    payload TEXT NOT NULL,
    previous_hash BLOB NOT NULL CHECK (length(previous_hash) = 32),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX journal_by_order ON journal (order_id, seq) WHERE order_id IS NOT NULL;

-- A write that comes late fails as a whole: it must never win silently.
CREATE TRIGGER roles_never_fall_back BEFORE UPDATE ON roles
WHEN NEW.version < OLD.version
BEGIN
    SELECT RAISE(ABORT, 'a newer version of this row is stored already');
END;
CREATE TRIGGER users_never_fall_back BEFORE UPDATE ON users
WHEN NEW.version < OLD.version
BEGIN
    SELECT RAISE(ABORT, 'a newer version of this row is stored already');
END;
CREATE TRIGGER portfolios_never_fall_back BEFORE UPDATE ON portfolios
WHEN NEW.version < OLD.version
BEGIN
    SELECT RAISE(ABORT, 'a newer version of this row is stored already');
END;
CREATE TRIGGER portfolio_access_never_fall_back BEFORE UPDATE ON portfolio_access
WHEN NEW.version < OLD.version
BEGIN
    SELECT RAISE(ABORT, 'a newer version of this row is stored already');
END;
CREATE TRIGGER watchlists_never_fall_back BEFORE UPDATE ON watchlists
WHEN NEW.version < OLD.version
BEGIN
    SELECT RAISE(ABORT, 'a newer version of this row is stored already');
END;
CREATE TRIGGER settings_never_fall_back BEFORE UPDATE ON settings
WHEN NEW.version < OLD.version
BEGIN
    SELECT RAISE(ABORT, 'a newer version of this row is stored already');
END;
CREATE TRIGGER orders_never_fall_back BEFORE UPDATE ON orders
WHEN NEW.version < OLD.version
BEGIN
    SELECT RAISE(ABORT, 'a newer version of this row is stored already');
END;
CREATE TRIGGER positions_never_fall_back BEFORE UPDATE ON positions
WHEN NEW.entries < OLD.entries
BEGIN
    SELECT RAISE(ABORT, 'a position of more entries is stored already');
END;

-- What is only ever added.
CREATE TRIGGER journal_follows BEFORE INSERT ON journal
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM journal)
    OR NEW.previous_hash <>
        coalesce((SELECT hash FROM journal WHERE seq = NEW.seq - 1), zeroblob(32))
BEGIN
    SELECT RAISE(ABORT, 'a journal line must follow the last one');
END;
CREATE TRIGGER journal_never_updated BEFORE UPDATE ON journal
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
CREATE TRIGGER journal_never_deleted BEFORE DELETE ON journal
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
CREATE TRIGGER entries_never_updated BEFORE UPDATE ON entries
BEGIN
    SELECT RAISE(ABORT, 'entries are append-only: correct one by a counter-entry');
END;
CREATE TRIGGER entries_never_deleted BEFORE DELETE ON entries
BEGIN
    SELECT RAISE(ABORT, 'entries are append-only: correct one by a counter-entry');
END;
CREATE TRIGGER fills_never_updated BEFORE UPDATE ON fills
BEGIN
    SELECT RAISE(ABORT, 'fills are append-only');
END;
CREATE TRIGGER fills_never_deleted BEFORE DELETE ON fills
BEGIN
    SELECT RAISE(ABORT, 'fills are append-only');
END;
CREATE TRIGGER daily_marks_never_updated BEFORE UPDATE ON daily_marks
BEGIN
    SELECT RAISE(ABORT, 'daily marks are append-only');
END;
CREATE TRIGGER daily_marks_never_deleted BEFORE DELETE ON daily_marks
BEGIN
    SELECT RAISE(ABORT, 'daily marks are append-only');
END;
