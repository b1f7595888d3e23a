//! The market clock as one line, in three lengths.
//! Must never be the only place where open and closed differ by colour alone.

use ratatui::text::{Line, Span};

use crate::domain::hours::{Phase, Schedule};
use crate::domain::time::new_york;

use super::super::super::ctx::Ctx;
use super::super::super::theme::Role;
use super::super::super::widgets::cells::countdown;

/// `● open 10:31:07 EDT, closes in 5:28:53`, shorter where there is less room.
pub fn line(ctx: &Ctx<'_>, width: u16) -> Line<'static> {
    let clock = ctx.view.schedule.clock(ctx.now.market);
    let open = clock.phase == Phase::Open;
    let (sign, role) =
        if open { (ctx.theme.glyphs.dot, Role::Good) } else { (ctx.theme.glyphs.ring, Role::Warn) };
    let exchange = ctx.now.market.timestamp().to_zoned(new_york().clone());
    let time = exchange.strftime("%H:%M:%S %Z").to_string();
    let left = countdown(clock.next_change.ms_since(ctx.now.market));
    let change = match (open, ctx.view.schedule) {
        (true, Schedule::Always) => "day ends in",
        (true, Schedule::Nyse) => "closes in",
        (false, _) => "opens in",
    };
    let word = if open { "open" } else { "closed" };
    let own = if ctx.prefs.own_zone {
        format!(" ({} {})", ctx.minute_text(ctx.now.market), ctx.zone_text())
    } else {
        String::new()
    };
    let tails = [
        format!(" {time}{own} {} {change} {left}", ctx.theme.glyphs.separator),
        format!(" {time} {} {change} {left}", ctx.theme.glyphs.separator),
        format!(" {time} {left}"),
        format!(" {time}"),
        String::new(),
    ];
    let front = format!("{sign} {word}");
    let used = front.chars().count();
    let fits = |tail: &&String| used + tail.chars().count() <= usize::from(width);
    let tail = tails.iter().find(fits).cloned().unwrap_or_default();
    Line::from(vec![Span::styled(front, ctx.style(role)), Span::styled(tail, ctx.style(Role::Bar))])
}
