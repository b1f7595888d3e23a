"""Alpaca's two Python clients against the embedded Alpaca: one line for each check.

Both are used as their owners publish them; only addresses and keys are given to them.
"""

import asyncio
import os
import sys
import threading
import time
import traceback
from datetime import date, datetime, timedelta, timezone

import alpaca_trade_api
from alpaca.common.exceptions import APIError
from alpaca.data.enums import DataFeed
from alpaca.data.historical import StockHistoricalDataClient
from alpaca.data.live import StockDataStream
from alpaca.data.requests import (
    StockBarsRequest,
    StockLatestBarRequest,
    StockLatestQuoteRequest,
    StockLatestTradeRequest,
    StockQuotesRequest,
    StockSnapshotRequest,
    StockTradesRequest,
)
from alpaca.data.timeframe import TimeFrame, TimeFrameUnit
from alpaca.trading.client import TradingClient
from alpaca.trading.enums import (
    AccountStatus,
    AssetClass,
    AssetStatus,
    OrderClass,
    OrderSide,
    OrderStatus,
    OrderType,
    PositionSide,
    QueryOrderStatus,
    TimeInForce,
)
from alpaca.trading.requests import (
    ClosePositionRequest,
    CreateWatchlistRequest,
    GetAssetsRequest,
    GetCalendarRequest,
    GetOrdersRequest,
    GetPortfolioHistoryRequest,
    LimitOrderRequest,
    MarketOrderRequest,
    ReplaceOrderRequest,
    StopLimitOrderRequest,
    StopLossRequest,
    StopOrderRequest,
    TakeProfitRequest,
    TrailingStopOrderRequest,
    UpdateWatchlistRequest,
)
from alpaca.trading.stream import TradingStream

BASE = os.environ["APCA_API_BASE_URL"]
SOCKET = os.environ["APCA_API_STREAM_URL"]
KEY, SECRET = os.environ["APCA_API_KEY_ID"], os.environ["APCA_API_SECRET_KEY"]
OTHER = (os.environ["APCA_API_KEY_ID_2"], os.environ["APCA_API_SECRET_KEY_2"])

passed, failed = 0, 0


def check(name, truth, shown=""):
    """Counts and prints one check."""
    global passed, failed
    if truth:
        passed += 1
        print(f"ok      {name}")
    else:
        failed += 1
        print(f"FAILED  {name} {shown}")


def part(function):
    """Runs a part; what it raises is one failed check, and the next part goes on."""
    try:
        function()
    except Exception:  # noqa: BLE001 - whatever a client raises is a finding
        check(f"{function.__name__} runs to its end", False, traceback.format_exc())


def refused(name, call, status, fragment):
    """The call must be refused with a status and a text."""
    try:
        call()
    except APIError as error:
        told = f"{error.status_code} {error.message}"
        check(name, error.status_code == status and fragment in error.message, told)
        return
    check(name, False, "it was not refused")


def until(call, truth, seconds=20):
    """Asks until the answer is as wanted, or the time is over."""
    end = time.monotonic() + seconds
    while True:
        answer = call()
        if truth(answer) or time.monotonic() > end:
            return answer
        time.sleep(0.05)


client = TradingClient(KEY, SECRET, paper=True, url_override=BASE)
data = StockHistoricalDataClient(KEY, SECRET, url_override=BASE)
older = alpaca_trade_api.REST(KEY, SECRET, base_url=BASE)


def filled(order):
    """An order once all of it is filled."""
    return until(
        lambda: client.get_order_by_id(order.id), lambda one: one.status == OrderStatus.FILLED
    )


def last(symbol="AAPL"):
    """Price of a symbol's last trade."""
    request = StockLatestTradeRequest(symbol_or_symbols=symbol)
    return data.get_stock_latest_trade(request)[symbol].price


def account():
    one = client.get_account()
    check("account: active", one.status == AccountStatus.ACTIVE)
    check("account: number of a paper account", one.account_number.startswith("PA"))
    check("account: cash", float(one.cash) == 100_000)
    check("account: equity", float(one.equity) == 100_000)
    check("account: buying power", float(one.buying_power) == 400_000)
    check("account: multiplier", one.multiplier == "4")
    check("account: may sell short", one.shorting_enabled is True)
    check("account: not blocked", not (one.trading_blocked or one.account_blocked))
    check("account: currency", one.currency == "USD")
    check("account: opened lately", (datetime.now(timezone.utc) - one.created_at).days == 0)
    wrong = TradingClient(KEY, "wrong", paper=True, url_override=BASE)
    try:
        wrong.get_account()
        check("account: a wrong secret is refused", False)
    except APIError as error:
        check("account: a wrong secret is refused", error.status_code == 401)
    second = TradingClient(*OTHER, paper=True, url_override=BASE).get_account()
    check("account: the second one is another", second.id != one.id)
    raw = TradingClient(KEY, SECRET, paper=True, url_override=BASE, raw_data=True).get_account()
    check("account: money is text", isinstance(raw["cash"], str))


def configurations():
    before = client.get_account_configurations()
    check("configurations: trading is on", before.suspend_trade is False)
    check("configurations: fractions are on", before.fractional_trading is True)
    before.no_shorting = True
    after = client.set_account_configurations(before)
    check("configurations: a switch is set", after.no_shorting is True)
    check("configurations: the others stay", after.fractional_trading is True)
    request = MarketOrderRequest(
        symbol="KO", qty=1, side=OrderSide.SELL, time_in_force=TimeInForce.DAY
    )
    call = lambda: client.submit_order(request)  # noqa: E731
    refused("configurations: shorting is refused", call, 403, "not allowed to short")
    after.no_shorting = False
    check("configurations: and back", client.set_account_configurations(after).no_shorting is False)


def clock_and_calendar():
    clock = client.get_clock()
    check("clock: open around the clock", clock.is_open is True)
    check("clock: now", abs((datetime.now(timezone.utc) - clock.timestamp).total_seconds()) < 5)
    check("clock: closes later", clock.next_close > clock.timestamp)
    check("clock: opens later", clock.next_open > clock.timestamp)
    filters = GetCalendarRequest(start=date(2026, 11, 23), end=date(2026, 11, 27))
    days = client.get_calendar(filters)
    check("calendar: five days", [day.date.day for day in days] == [23, 24, 25, 26, 27])
    check("calendar: closes after it opens", all(day.close > day.open for day in days))


def assets():
    listed = client.get_all_assets(
        GetAssetsRequest(status=AssetStatus.ACTIVE, asset_class=AssetClass.US_EQUITY)
    )
    check("assets: more than a hundred", len(listed) > 100)
    apple = client.get_asset("AAPL")
    check("assets: by symbol", apple.symbol == "AAPL" and apple.tradable)
    check("assets: by id", client.get_asset(str(apple.id)).symbol == "AAPL")
    check("assets: fractionable", apple.fractionable is True)
    check("assets: class shares", client.get_asset("BRK.B").symbol == "BRK.B")
    check("assets: every one is read", {one.asset_class for one in listed} == {AssetClass.US_EQUITY})
    refused("assets: unknown", lambda: client.get_asset("ZZZZ"), 404, "asset not found for ZZZZ")


def market_orders():
    request = MarketOrderRequest(
        symbol="AAPL", qty=10, side=OrderSide.BUY, time_in_force=TimeInForce.DAY
    )
    taken = client.submit_order(request)
    check("market: pending when taken", taken.status == OrderStatus.PENDING_NEW)
    check("market: simple", taken.order_class == OrderClass.SIMPLE, taken.order_class)
    done = filled(taken)
    check("market: filled", float(done.filled_qty) == 10)
    check("market: near the last price", abs(float(done.filled_avg_price) / last() - 1) < 0.01)
    check("market: the time of its fill", done.filled_at is not None)
    request = MarketOrderRequest(
        symbol="SPY", notional=500, side=OrderSide.BUY, time_in_force=TimeInForce.DAY
    )
    dollars = client.submit_order(request)
    check("dollars: no quantity", dollars.qty is None and float(dollars.notional) == 500)
    dollars = filled(dollars)
    spent = float(dollars.filled_qty) * float(dollars.filled_avg_price)
    check("dollars: spent, not overspent", 499 < spent <= 500, spent)
    request = MarketOrderRequest(
        symbol="KO", qty=1.5, side=OrderSide.BUY, time_in_force=TimeInForce.DAY
    )
    check("fractions: filled", float(filled(client.submit_order(request)).filled_qty) == 1.5)
    for time_in_force in (TimeInForce.IOC, TimeInForce.FOK):
        request = MarketOrderRequest(
            symbol="MSFT", qty=1, side=OrderSide.BUY, time_in_force=time_in_force
        )
        done = filled(client.submit_order(request))
        check(f"{time_in_force.value}: filled", done.status == OrderStatus.FILLED)
    for time_in_force in (TimeInForce.OPG, TimeInForce.CLS):
        request = MarketOrderRequest(
            symbol="WMT", qty=1, side=OrderSide.BUY, time_in_force=time_in_force
        )
        waits = client.submit_order(request)
        check(f"{time_in_force.value}: waits", waits.status == OrderStatus.ACCEPTED)
        client.cancel_order_by_id(waits.id)


def resting_orders():
    price = last("MSFT")
    common = dict(symbol="MSFT", qty=2, side=OrderSide.BUY, time_in_force=TimeInForce.GTC)
    low, high = round(price * 0.5, 2), round(price * 1.5, 2)
    limit = client.submit_order(
        LimitOrderRequest(limit_price=low, client_order_id="a b/c+d", **common)
    )
    check("limit: its price", float(limit.limit_price) == low)
    check("limit: found by its client's id", client.get_order_by_client_id("a b/c+d").id == limit.id)
    check("limit: rests", client.get_order_by_id(limit.id).status == OrderStatus.NEW)
    call = lambda: client.submit_order(  # noqa: E731
        LimitOrderRequest(limit_price=low, client_order_id="a b/c+d", **common)
    )
    refused("limit: an id is used once", call, 422, "client_order_id must be unique")
    changes = ReplaceOrderRequest(qty=3, limit_price=low + 1)
    new = client.replace_order_by_id(limit.id, changes)
    check("replace: another order", new.id != limit.id and new.replaces == limit.id)
    check("replace: new terms", float(new.qty) == 3 and float(new.limit_price) == low + 1)
    old = client.get_order_by_id(limit.id)
    check("replace: the old one", old.status == OrderStatus.REPLACED and old.replaced_by == new.id)
    check("cancel: nothing is answered", client.cancel_order_by_id(new.id) is None)
    check("cancel: canceled", client.get_order_by_id(new.id).status == OrderStatus.CANCELED)
    stop = client.submit_order(StopOrderRequest(stop_price=high, **common))
    check("stop: its price", stop.type == OrderType.STOP and float(stop.stop_price) == high)
    both = client.submit_order(
        StopLimitOrderRequest(stop_price=high, limit_price=high + 5, **common)
    )
    check("stop limit: both prices", float(both.limit_price) == high + 5)
    trail = client.submit_order(TrailingStopOrderRequest(trail_percent=2, **common))
    trail = client.get_order_by_id(trail.id)
    check("trailing stop: percent", float(trail.trail_percent) == 2)
    check("trailing stop: its high water mark", trail.hwm is not None)
    amount = client.submit_order(TrailingStopOrderRequest(trail_price=5, **common))
    check("trailing stop: dollars", float(amount.trail_price) == 5)
    late = client.submit_order(
        LimitOrderRequest(limit_price=low, extended_hours=True, **common)
    )
    check("extended hours: taken", late.extended_hours is True)
    statuses = client.cancel_orders()
    check("cancel all: one answer each", len(statuses) == 5, statuses)
    check("cancel all: done", all(one.status == 200 for one in statuses))
    check("cancel all: nothing is left", client.get_orders() == [])


def refusals():
    common = dict(symbol="MSFT", side=OrderSide.BUY, time_in_force=TimeInForce.DAY)
    place = lambda request: (lambda: client.submit_order(request))  # noqa: E731
    request = MarketOrderRequest(qty=100_000, **common)
    refused("refusal: buying power", place(request), 403, "insufficient buying power")
    request = LimitOrderRequest(qty=1, limit_price=100.123, **common)
    refused("refusal: parts of a cent", place(request), 422, "sub-penny increment")
    request = MarketOrderRequest(
        symbol="ZZZZ", qty=1, side=OrderSide.BUY, time_in_force=TimeInForce.DAY
    )
    refused("refusal: unknown symbol", place(request), 422, 'asset "ZZZZ" not found')
    request = MarketOrderRequest(
        symbol="AAPL", qty=1_000, side=OrderSide.SELL, time_in_force=TimeInForce.DAY
    )
    refused("refusal: more than is held", place(request), 403, "insufficient qty available")
    resting = client.submit_order(LimitOrderRequest(
        symbol="AAPL", qty=1, side=OrderSide.SELL, time_in_force=TimeInForce.DAY,
        limit_price=round(last() * 2, 2),
    ))
    request = MarketOrderRequest(
        symbol="AAPL", qty=1, side=OrderSide.BUY, time_in_force=TimeInForce.DAY
    )
    refused("refusal: wash trade", place(request), 403, "potential wash trade")
    client.cancel_order_by_id(resting.id)
    gone = "00000000-0000-4000-8000-000000000000"
    refused("refusal: unknown order", lambda: client.get_order_by_id(gone), 404, "order not found")
    missing = lambda: client.get_open_position("XOM")  # noqa: E731
    refused("refusal: no position", missing, 404, "position does not exist")


def groups():
    price = last("NVDA")
    up, down = round(price * 1.5, 2), round(price * 0.5, 2)
    bracket = client.submit_order(MarketOrderRequest(
        symbol="NVDA", qty=4, side=OrderSide.BUY, time_in_force=TimeInForce.GTC,
        order_class=OrderClass.BRACKET, take_profit=TakeProfitRequest(limit_price=up),
        stop_loss=StopLossRequest(stop_price=down),
    ))
    check("bracket: two legs", len(bracket.legs) == 2)
    check("bracket: held", all(leg.status == OrderStatus.HELD for leg in bracket.legs))
    filled(bracket)
    listed = client.get_orders(GetOrdersRequest(status=QueryOrderStatus.ALL, nested=True, limit=1))
    check("bracket: nested", len(listed[0].legs) == 2, listed[0])
    states = [leg.status for leg in listed[0].legs]
    check("bracket: one exit works, one is held", states == [OrderStatus.NEW, OrderStatus.HELD])
    client.cancel_order_by_id(listed[0].legs[0].id)
    state = client.get_order_by_id(listed[0].legs[1].id).status
    check("bracket: one leg takes the other along", state == OrderStatus.CANCELED)
    oco = client.submit_order(LimitOrderRequest(
        symbol="NVDA", qty=4, side=OrderSide.SELL, time_in_force=TimeInForce.GTC,
        order_class=OrderClass.OCO, limit_price=up,
        take_profit=TakeProfitRequest(limit_price=up),
        stop_loss=StopLossRequest(stop_price=down, limit_price=round(down * 0.99, 2)),
    ))
    check("oco: its leg is a stop limit", oco.legs[0].type == OrderType.STOP_LIMIT)
    client.cancel_order_by_id(oco.id)
    oto = client.submit_order(MarketOrderRequest(
        symbol="GOOG", qty=1, side=OrderSide.BUY, time_in_force=TimeInForce.DAY,
        order_class=OrderClass.OTO,
        stop_loss=StopLossRequest(stop_price=round(last("GOOG") * 0.5, 2)),
    ))
    check("oto: one leg", len(oto.legs) == 1 and oto.order_class == OrderClass.OTO)
    filled(oto)
    state = client.get_order_by_id(oto.legs[0].id).status
    check("oto: the leg works after the entry", state == OrderStatus.NEW, state)
    client.cancel_orders()


def lists():
    every = client.get_orders(GetOrdersRequest(status=QueryOrderStatus.ALL, limit=500))
    check("list: newest first", all(a.created_at >= b.created_at for a, b in zip(every, every[1:])))
    some = client.get_orders(GetOrdersRequest(status=QueryOrderStatus.ALL, symbols=["KO"]))
    check("list: of a symbol", {one.symbol for one in some} == {"KO"})
    closed = client.get_orders(GetOrdersRequest(status=QueryOrderStatus.CLOSED, limit=3))
    check("list: so many", len(closed) == 3)
    until_time = every[2].submitted_at
    older_ones = client.get_orders(
        GetOrdersRequest(status=QueryOrderStatus.ALL, until=until_time, limit=500)
    )
    check("list: before a time", all(one.submitted_at < until_time for one in older_ones))
    sales = client.get_orders(GetOrdersRequest(status=QueryOrderStatus.ALL, side=OrderSide.SELL))
    check("list: of a side", {one.side for one in sales} == {OrderSide.SELL})


def positions():
    held = {one.symbol: one for one in client.get_all_positions()}
    check("positions: all that was bought", {"AAPL", "SPY", "KO", "MSFT"} <= set(held))
    apple = client.get_open_position("AAPL")
    check("positions: one", float(apple.qty) == 10 and apple.side == PositionSide.LONG)
    cost = float(apple.qty) * float(apple.avg_entry_price)
    check("positions: what it cost", abs(float(apple.cost_basis) - cost) < 0.01)
    gain = float(apple.market_value) - float(apple.cost_basis)
    check("positions: profit", abs(float(apple.unrealized_pl) - gain) < 0.01)
    part_of = client.close_position("AAPL", ClosePositionRequest(qty="4"))
    check("close: a part", float(part_of.qty) == 4 and part_of.side == OrderSide.SELL)
    filled(part_of)
    half = client.close_position("AAPL", ClosePositionRequest(percentage="50"))
    check("close: a percentage", float(half.qty) == 3)
    filled(half)
    short = client.submit_order(MarketOrderRequest(
        symbol="XOM", qty=2, side=OrderSide.SELL, time_in_force=TimeInForce.DAY
    ))
    filled(short)
    check("short: a side", client.get_open_position("XOM").side == PositionSide.SHORT)
    answers = client.close_all_positions(cancel_orders=True)
    check("close all: one answer each", all(one.status == 200 for one in answers), answers)
    rest = until(client.get_all_positions, lambda held: held == [])
    check("close all: flat", rest == [], rest)
    check("close all: cash is equity", client.get_account().cash == client.get_account().equity)


def history():
    shown = client.get_portfolio_history(GetPortfolioHistoryRequest(period="1W", timeframe="1D"))
    check("history: as many values as times", len(shown.equity) == len(shown.timestamp) > 0)
    equity = float(client.get_account().equity)
    check("history: ends with the equity", abs(shown.equity[-1] - equity) < 1, shown.equity[-1])
    check("history: its timeframe", shown.timeframe == "1D")


def watchlists():
    made = client.create_watchlist(CreateWatchlistRequest(name="mine", symbols=["AAPL", "SPY"]))
    check("watchlist: made", [one.symbol for one in made.assets] == ["AAPL", "SPY"])
    more = client.add_asset_to_watchlist_by_id(made.id, "KO")
    check("watchlist: one more", len(more.assets) == 3)
    less = client.remove_asset_from_watchlist_by_id(made.id, "SPY")
    check("watchlist: one less", [one.symbol for one in less.assets] == ["AAPL", "KO"])
    change = UpdateWatchlistRequest(name="theirs", symbols=["MSFT"])
    check("watchlist: changed", client.update_watchlist_by_id(made.id, change).name == "theirs")
    check("watchlist: listed", [one.name for one in client.get_watchlists()] == ["theirs"])
    client.delete_watchlist_by_id(made.id)
    check("watchlist: gone", client.get_watchlists() == [])


def latest_data():
    quote = data.get_stock_latest_quote(StockLatestQuoteRequest(symbol_or_symbols="AAPL"))["AAPL"]
    check("latest quote: both sides", 0 < quote.bid_price < quote.ask_price)
    trades = data.get_stock_latest_trade(
        StockLatestTradeRequest(symbol_or_symbols=["AAPL", "SPY", "ZZZZ"])
    )
    check("latest trade: the unknown is left out", set(trades) == {"AAPL", "SPY"})
    bar = data.get_stock_latest_bar(StockLatestBarRequest(symbol_or_symbols="AAPL"))["AAPL"]
    check("latest bar: low to high", bar.low <= bar.close <= bar.high)
    shown = data.get_stock_snapshot(StockSnapshotRequest(symbol_or_symbols=["AAPL", "SPY"]))
    check("snapshot: all parts", all((
        shown["SPY"].latest_trade, shown["SPY"].latest_quote, shown["SPY"].minute_bar,
        shown["SPY"].daily_bar, shown["SPY"].previous_daily_bar,
    )))


def past_data():
    end = datetime.now(timezone.utc) - timedelta(minutes=20)
    start = end - timedelta(hours=2)
    request = StockBarsRequest(
        symbol_or_symbols=["AAPL", "SPY"], timeframe=TimeFrame.Minute, start=start, end=end
    )
    bars = data.get_stock_bars(request)
    check("bars: of both", set(bars.data) == {"AAPL", "SPY"})
    check("bars: minutes", 119 <= len(bars["AAPL"]) <= 121, len(bars["AAPL"]))
    check("bars: as a table", len(bars.df) == len(bars["AAPL"]) + len(bars["SPY"]))
    check("bars: average inside", all(b.low <= b.vwap <= b.high for b in bars["AAPL"]))
    check("bars: trades counted", all(b.trade_count > 0 for b in bars["AAPL"]))
    request = StockBarsRequest(
        symbol_or_symbols="AAPL", timeframe=TimeFrame(5, TimeFrameUnit.Minute), start=start, end=end
    )
    check("bars: five minutes", 24 <= len(data.get_stock_bars(request)["AAPL"]) <= 25)
    request = StockBarsRequest(
        symbol_or_symbols="AAPL", timeframe=TimeFrame.Day, start=end - timedelta(days=30), end=end
    )
    days = data.get_stock_bars(request)["AAPL"]
    check("bars: days", 29 <= len(days) <= 31, len(days))
    request = StockBarsRequest(
        symbol_or_symbols="AAPL", timeframe=TimeFrame.Minute, start=start, end=end, limit=7
    )
    check("bars: so many", len(data.get_stock_bars(request)["AAPL"]) == 7)
    short = dict(symbol_or_symbols="AAPL", start=end - timedelta(minutes=5), end=end)
    trades = data.get_stock_trades(StockTradesRequest(**short))["AAPL"]
    check("trades: in their order", all(
        a.timestamp <= b.timestamp for a, b in zip(trades, trades[1:])
    ) and len(trades) > 10)
    quotes = data.get_stock_quotes(StockQuotesRequest(**short))["AAPL"]
    check("quotes: never crossed", all(q.bid_price < q.ask_price for q in quotes))
    sum_of = sum(one.size for one in trades)
    minutes = data.get_stock_bars(StockBarsRequest(
        symbol_or_symbols="AAPL", timeframe=TimeFrame.Minute,
        start=end.replace(second=0, microsecond=0) - timedelta(minutes=5), end=end,
    ))["AAPL"]
    check("trades: no more than the bars hold", sum_of <= sum(one.volume for one in minutes))
    pages = StockTradesRequest(symbol_or_symbols="AAPL", start=end - timedelta(hours=8), end=end)
    many = data.get_stock_trades(pages)["AAPL"]
    check("trades: hours of them, page by page", len(many) > 2_000, len(many))
    stamps = [one.timestamp for one in many]
    check("trades: no page doubles a trade", len(set(stamps)) == len(stamps))


def streams():
    told, quotes, bars = [], [], []
    updates = TradingStream(KEY, SECRET, paper=True, url_override=SOCKET + "/stream")

    async def on_update(update):
        told.append(update)

    updates.subscribe_trade_updates(on_update)
    thread = threading.Thread(target=updates.run, daemon=True)
    thread.start()
    until(lambda: updates._running, lambda running: running)
    time.sleep(0.5)
    order = client.submit_order(MarketOrderRequest(
        symbol="AAPL", qty=1, side=OrderSide.BUY, time_in_force=TimeInForce.DAY
    ))
    until(lambda: told, lambda told: len(told) >= 3)
    events = [str(getattr(one.event, "value", one.event)) for one in told]
    check("trade stream: the story of an order", events == ["pending_new", "new", "fill"], events)
    check("trade stream: of this order", {one.order.id for one in told} == {order.id})
    check("trade stream: the fill", told[-1].qty == 1 and told[-1].position_qty == 1)
    check("trade stream: its price", told[-1].price == float(told[-1].order.filled_avg_price))
    check("trade stream: an execution has an id", told[-1].execution_id is not None)
    resting = client.submit_order(LimitOrderRequest(
        symbol="KO", qty=1, side=OrderSide.BUY, time_in_force=TimeInForce.DAY, limit_price=1
    ))
    client.cancel_order_by_id(resting.id)
    until(lambda: told, lambda told: len(told) >= 6)
    check("trade stream: a cancel", str(getattr(told[-1].event, "value", told[-1].event)) == "canceled")
    updates.stop()
    thread.join(10)
    client.close_all_positions(cancel_orders=True)

    for feed in (DataFeed.IEX, DataFeed.SIP):
        stream = StockDataStream(
            KEY, SECRET, feed=feed, url_override=f"{SOCKET}/v2/{feed.value}"
        )
        heard = []

        async def on_data(item, heard=heard):
            heard.append(item)

        stream.subscribe_quotes(on_data, "AAPL", "SPY", "NVDA", "TSLA")
        stream.subscribe_trades(on_data, "AAPL", "SPY", "NVDA", "TSLA")
        thread = threading.Thread(target=stream.run, daemon=True)
        thread.start()
        kinds = lambda: {type(one).__name__ for one in heard}  # noqa: E731
        found = until(kinds, lambda kinds: {"Quote", "Trade"} <= kinds, 60)
        check(f"data stream {feed.value}: quotes", "Quote" in found)
        check(f"data stream {feed.value}: trades", "Trade" in found)
        quotes = [one for one in heard if type(one).__name__ == "Quote"]
        check(f"data stream {feed.value}: sound quotes", all(
            0 < one.bid_price < one.ask_price and one.timestamp.tzinfo for one in quotes
        ))
        stream.stop()
        thread.join(10)
        check(f"data stream {feed.value}: ends when asked", not thread.is_alive())


def older_client():
    one = older.get_account()
    check("older: account", one.status == "ACTIVE" and float(one.cash) > 0)
    check("older: clock", older.get_clock().is_open is True)
    check("older: calendar", len(older.get_calendar("2026-11-23", "2026-11-25")) == 3)
    check("older: assets", len(older.list_assets(status="active")) > 100)
    check("older: asset", older.get_asset("AAPL").symbol == "AAPL")
    order = older.submit_order("AAPL", qty=3, side="buy", type="market", time_in_force="day")
    check("older: order", order.status == "pending_new")
    done = until(lambda: older.get_order(order.id), lambda one: one.status == "filled")
    check("older: filled", done.filled_qty == "3")
    resting = older.submit_order(
        "MSFT", qty=1, side="buy", type="limit", limit_price=100, client_order_id="older-1"
    )
    check("older: by client id", older.get_order_by_client_order_id("older-1").id == resting.id)
    new = older.replace_order(resting.id, qty="2", limit_price="101")
    check("older: replace", new.qty == "2" and new.replaces == resting.id)
    older.cancel_order(new.id)
    check("older: cancel", older.get_order(new.id).status == "canceled")
    group = older.submit_order(
        "KO", qty=2, side="buy", type="market", time_in_force="gtc", order_class="bracket",
        take_profit={"limit_price": "999"}, stop_loss={"stop_price": "1"},
    )
    check("older: bracket", len(group.legs) == 2)
    until(lambda: older.get_order(group.id), lambda one: one.status == "filled")
    check("older: list", len(older.list_orders(status="all", limit=5, nested=True)) == 5)
    older.cancel_all_orders()
    check("older: cancel all", older.list_orders(status="open") == [])
    check("older: positions", {one.symbol for one in older.list_positions()} == {"AAPL", "KO"})
    check("older: position", older.get_position("AAPL").side == "long")
    closed = older.close_position("AAPL", qty=1.5)
    check("older: close a part", closed.qty == "1.5")
    until(lambda: older.get_order(closed.id), lambda one: one.status == "filled")
    older.close_all_positions()
    flat = until(older.list_positions, lambda held: held == [])
    check("older: flat", flat == [])
    fills = older.get_activities(activity_types="FILL", page_size=100)
    check("older: fills", len(fills) > 5 and fills[0].activity_type == "FILL")
    check("older: fills of a type", len(older.get_activities("FILL", page_size=3)) == 3)
    check("older: history", older.get_portfolio_history(period="1D", timeframe="1H").timeframe == "1H")
    shown = older.create_watchlist("older", ["AAPL"])
    check("older: watchlist by name", older.get_watchlist_by_name("older").id == shown.id)
    older.delete_watchlist(shown.id)
    settings = older.get_account_configurations() if hasattr(
        older, "get_account_configurations"
    ) else older.get("/account/configurations")
    check("older: configurations", settings is not None)
    try:
        older.get_position("XOM")
        check("older: refusal", False)
    except alpaca_trade_api.rest.APIError as error:
        check("older: refusal", error.status_code == 404 and error.code == 40410000)


def older_data():
    source = alpaca_trade_api.REST(KEY, SECRET, base_url=BASE)
    end = datetime.now(timezone.utc) - timedelta(minutes=20)
    start = (end - timedelta(hours=1)).isoformat()
    bars = source.get_bars("AAPL", alpaca_trade_api.TimeFrame.Minute, start, end.isoformat())
    check("older: bars", 59 <= len(bars) <= 61, len(bars))
    bars = source.get_bars(["AAPL", "SPY"], alpaca_trade_api.TimeFrame.Hour, start, end.isoformat())
    check("older: bars of several", {one.S for one in bars} == {"AAPL", "SPY"})
    check("older: latest trade", source.get_latest_trade("AAPL").p > 0)
    check("older: latest quote", source.get_latest_quote("AAPL").ap > 0)
    check("older: latest bar", source.get_latest_bar("AAPL").v > 0)
    several = source.get_latest_trades(["AAPL", "SPY"])
    check("older: latest of several", set(several) == {"AAPL", "SPY"})
    check("older: snapshot", source.get_snapshot("AAPL").latest_trade.p > 0)
    check("older: snapshots", set(source.get_snapshots(["AAPL", "SPY"])) == {"AAPL", "SPY"})
    recent = (end - timedelta(minutes=3)).isoformat()
    check("older: trades", len(source.get_trades("AAPL", recent, end.isoformat())) > 5)
    check("older: quotes", len(source.get_quotes("AAPL", recent, end.isoformat())) > 5)


def older_streams():
    told, quotes = [], []
    stream = alpaca_trade_api.Stream(
        KEY, SECRET, base_url=BASE, data_stream_url=SOCKET, data_feed="iex"
    )

    async def on_update(update):
        told.append(update)

    async def on_quote(quote):
        quotes.append(quote)

    stream.subscribe_trade_updates(on_update)
    stream.subscribe_quotes(on_quote, "AAPL", "SPY", "NVDA")

    def run():
        asyncio.set_event_loop(asyncio.new_event_loop())
        stream.run()

    threading.Thread(target=run, daemon=True).start()
    until(lambda: quotes, lambda quotes: len(quotes) > 0, 60)
    check("older: a quote on the data stream", len(quotes) > 0)
    older.submit_order("AAPL", qty=1, side="buy", type="market", time_in_force="day")
    until(lambda: told, lambda told: any(one.event == "fill" for one in told))
    check("older: a fill on the trade stream", "fill" in {one.event for one in told})


for one in (
    account, configurations, clock_and_calendar, assets, market_orders, resting_orders, refusals,
    groups, lists, positions, history, watchlists, latest_data, past_data, streams, older_client,
    older_data, older_streams,
):
    part(one)
print(f"{passed} checks passed, {failed} failed")
sys.stdout.flush()
os._exit(1 if failed or passed < 120 else 0)
