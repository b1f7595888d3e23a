//! A person at the real binary in a pseudo-terminal: signs in, trades, looks at what came of it.
//! Must never know more than the screen shows.

use super::terminal::Terminal;

const SIZE: (u16, u16) = (140, 44);

#[test]
fn somebody_is_picked_from_the_demos_list() {
    let home = tempfile::tempdir().expect("a folder");
    let mut terminal = Terminal::start(home.path(), &["demo", "--seed", "7"], SIZE);
    terminal.see("pick who you are");
    terminal.type_in("j");
    terminal.type_in("\r");
    terminal.see("Marcus Oyelaran (trader1)");
    terminal.see("Watchlist");
    terminal.type_in("q");
    assert_eq!(terminal.end(), 0);
}

pub(super) const SEND: &str = "\u{1b}OQ";
pub(super) const TAB: &str = "\t";
const BACK_TAB: &str = "\u{1b}[Z";
pub(super) const BACKSPACE: &str = "\u{7f}";
const ESCAPE: &str = "\u{1b}";

/// The last price that the open ticket shows, and a limit in cents well under it.
pub(super) fn limit_under_the_market(terminal: &Terminal) -> String {
    let screen = terminal.screen();
    let plain = |sign: &char| sign.is_ascii_digit() || *sign == '.';
    let prices = screen.split("Last ").map(|after| after.chars().take_while(plain).collect());
    let last = prices.skip(1).find(|price: &String| price.contains('.'));
    let last = last.expect("the ticket shows the last price");
    let (dollars, _) = last.split_once('.').expect("cents");
    let dollars: u64 = dollars.parse().expect("a plain price under a thousand");
    format!("{}.00", dollars * 97 / 100)
}

pub(super) fn status_of(screen: &str, row: &str) -> Option<String> {
    screen.lines().find(|line| line.contains(row)).map(str::to_owned)
}

/// The words of a line, without signs of the cursor and of borders.
pub(super) fn words(line: &str) -> Vec<String> {
    line.replace(['▌', '│'], " ").split_whitespace().map(str::to_owned).collect()
}

/// Shares, average price and the rest of the row of the position in this symbol.
pub(super) fn held(screen: &str, symbol: &str) -> Option<Vec<String>> {
    screen.lines().find_map(|line| {
        let words = words(line);
        let at = words.iter().position(|word| word == symbol)?;
        let cells = words.get(at + 1..).unwrap_or_default();
        let is_figure = |cell: &String| cell.starts_with(|sign: char| sign.is_ascii_digit());
        (cells.len() >= 3 && cells[..3].iter().all(is_figure)).then(|| cells.to_vec())
    })
}

/// The newest order of the blotter is the filled one: its story is read there.
fn read_the_story_of_the_fill(terminal: &mut Terminal) {
    terminal.type_in("2");
    terminal.until("the fill in the blotter", |screen| {
        // Its page is there once the title counts the rows.
        let title = status_of(screen, "╭ Blotter").unwrap_or_default();
        title.contains(" of ") && screen.contains("✓ filled")
    });
    terminal.type_in("t");
    terminal.until("its story", |screen| {
        // In one part or in several: the market behind the demo follows the clock of the day.
        let story = ["10 of 10 filled", "Placed", "The venue has it", "Filled "];
        story.iter().all(|step| screen.contains(step))
    });
    terminal.type_in(ESCAPE);
    terminal.lose("The venue has it");
    terminal.type_in("1");
    terminal.see("╭ Watchlist");
}

#[test]
fn a_trader_buys_amends_cancels_and_reads_the_story() {
    let home = tempfile::tempdir().expect("a folder");
    let arguments = ["demo", "--user", "trader1", "--seed", "7"];
    let mut terminal = Terminal::start(home.path(), &arguments, SIZE);
    terminal.see("Watchlist");

    let before = held(&terminal.screen(), "AAPL").map(|row| row[0].clone());
    // A market order for ten of the first row, filled.
    terminal.type_in("b");
    terminal.see("Time in force");
    terminal.type_in("10");
    terminal.see("Buy 10 AAPL");
    terminal.type_in(SEND);
    terminal.see("Filled: buy 10 AAPL at");

    // The position is there, and what it earns follows the market.
    let shares = |screen: &str| held(screen, "AAPL").map(|row| row[0].clone());
    terminal
        .until("ten shares more", |screen| shares(screen) != before && shares(screen).is_some());
    let row = held(&terminal.screen(), "AAPL").expect("it was seen");
    terminal.until("the profit moving", |screen| {
        held(screen, "AAPL").is_some_and(|now| now[0] == row[0] && now[4..] != row[4..])
    });
    read_the_story_of_the_fill(&mut terminal);

    // A resting limit order, amended and canceled.
    terminal.type_in("b");
    terminal.see("Time in force");
    terminal.type_in("5");
    terminal.see("Buy 5 AAPL");
    terminal.type_in(&format!("{TAB}l"));
    terminal.see("Limit from last");
    let limit = limit_under_the_market(&terminal);
    terminal.type_in(TAB);
    terminal.type_in(&BACKSPACE.repeat(10));
    terminal.type_in(&limit);
    terminal.see(&format!("Limit         {limit}"));
    terminal.type_in(SEND);
    terminal.until("the order at work", |screen| {
        status_of(screen, &limit).is_some_and(|row| row.contains("○ working"))
    });
    terminal.type_in(BACK_TAB);
    terminal.type_in("gg");
    terminal.type_in("m");
    terminal.see("Amend buy AAPL");
    terminal.type_in(BACK_TAB);
    terminal.type_in(&format!("{BACKSPACE}7"));
    terminal.see("5 → 7");
    terminal.type_in(SEND);
    terminal.see("Amended: buy 7 AAPL");
    terminal.type_in("t");
    terminal.see("Amend asked");
    terminal.type_in(ESCAPE);
    terminal.lose("Amend asked");
    terminal.type_in("c");
    terminal.see("Canceled: buy 7 AAPL");
    terminal.type_in("q");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn a_paste_with_newlines_sends_nothing() {
    let home = tempfile::tempdir().expect("a folder");
    let arguments = ["demo", "--user", "trader1", "--seed", "7"];
    let mut terminal = Terminal::start(home.path(), &arguments, SIZE);
    terminal.see("Watchlist");
    terminal.type_in("b");
    terminal.see("Time in force");
    terminal.paste("12\n\r\n\u{1b}OQ\ny\n");
    terminal.resize(100, 30);
    terminal.see("Time in force");
    assert!(!terminal.screen().contains("Sent:"), "{}", terminal.screen());
    terminal.resize(1, 1);
    terminal.resize(140, 44);
    terminal.see("Time in force");
    terminal.type_in("\u{3}");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn a_key_that_comes_with_a_new_size_is_heard() {
    let home = tempfile::tempdir().expect("a folder");
    let arguments = ["demo", "--user", "trader1", "--seed", "7"];
    let mut terminal = Terminal::start(home.path(), &arguments, SIZE);
    terminal.see("Watchlist");
    for width in 101..=110 {
        // Stopped, it finds both waiting when it goes on.
        terminal.signal("STOP");
        terminal.resize(width, 30);
        terminal.type_in("b");
        terminal.signal("CONT");
        terminal.see("Time in force");
        terminal.type_in(ESCAPE);
        // A frame is drawn to its last row, the hints, before the next key: an escape and a key
        // that come together are one key with alt.
        terminal.until("the desk without its ticket", |screen| {
            screen.contains("b buy") && !screen.contains("Time in force")
        });
    }
    terminal.type_in("\u{3}");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn who_may_not_trade_gets_no_ticket_and_is_told_why() {
    for (login, role) in [("viewer", "viewer"), ("analyst", "analyst")] {
        let home = tempfile::tempdir().expect("a folder");
        let arguments = ["demo", "--user", login, "--seed", "7"];
        let mut terminal = Terminal::start(home.path(), &arguments, SIZE);
        terminal.see("Watchlist");
        terminal.type_in("b");
        terminal.see(&format!("Your role '{role}' cannot execute trades"));
        assert!(!terminal.screen().contains("Time in force"), "{}", terminal.screen());
        terminal.type_in("q");
        assert_eq!(terminal.end(), 0);
    }
}

#[test]
fn a_value_over_the_limit_is_refused_in_the_ticket() {
    let home = tempfile::tempdir().expect("a folder");
    let arguments = ["demo", "--user", "trader1", "--seed", "7"];
    let mut terminal = Terminal::start(home.path(), &arguments, SIZE);
    terminal.see("Watchlist");
    terminal.type_in("b");
    terminal.see("Time in force");
    terminal.type_in("400");
    terminal.see("Buy 400 AAPL");
    terminal.type_in(SEND);
    // Above the confirm threshold it asks first, and the answer is no unless said otherwise.
    terminal.until("the question or the refusal", |screen| {
        screen.contains("yes") || screen.contains("exceeds your limit of $50,000.00")
    });
    if !terminal.screen().contains("exceeds your limit") {
        terminal.type_in("y");
    }
    terminal.see("exceeds your limit of $50,000.00");
    terminal.type_in("\u{3}");
    assert_eq!(terminal.end(), 0);
}
