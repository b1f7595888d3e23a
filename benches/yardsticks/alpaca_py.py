"""Takes the frames of a file through alpaca-py's stream, and prints how long it worked.

The path is the one of its live stream from the bytes of a frame to the call of a handler with a
model: unpack, cast, dispatch. The socket is left out, and so is the time that others took.
"""

import asyncio
import json
import sys
import time
from datetime import datetime

import msgpack
from alpaca.data.live import StockDataStream


def packed(line):
    """The frame as the stream sends it to this client: MessagePack with timestamps."""
    messages = json.loads(line)
    for message in messages:
        moment, _, fraction = message["t"].rstrip("Z").partition(".")
        seconds = int(datetime.fromisoformat(moment + "+00:00").timestamp())
        nanoseconds = int(fraction.ljust(9, "0")) if fraction else 0
        message["t"] = msgpack.Timestamp(seconds, nanoseconds)
    return msgpack.packb(messages)


async def main():
    with open(sys.argv[1], encoding="ascii") as file:
        frames = [packed(line) for line in file]
    rounds = int(sys.argv[2])
    if msgpack.Unpacker.__module__ != "msgpack._cmsgpack":
        sys.exit("msgpack is not compiled here: alpaca-py would be measured far slower than it is")
    stream = StockDataStream("key", "secret")
    quotes, trades = {}, {}

    async def on_quote(quote):
        quotes[quote.symbol] = (quote.bid_price, quote.ask_price)

    async def on_trade(trade):
        trades[trade.symbol] = trade.price

    async def on_bar(bar):
        trades[bar.symbol] = bar.close

    stream.subscribe_quotes(on_quote, "*")
    stream.subscribe_trades(on_trade, "*")
    stream.subscribe_bars(on_bar, "*")
    for _ in range(rounds):
        start, count = time.process_time(), 0
        for frame in frames:
            for message in msgpack.unpackb(frame):
                await stream._dispatch(message)
                count += 1
        print(count, time.process_time() - start)


asyncio.run(main())
