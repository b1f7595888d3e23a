//! The market clock at each length.
//! Must never depend on the time of the machine.

use super::view::line;
use crate::tui::fixture::Fixture;

#[test]
fn the_clock_says_less_where_there_is_less_room() {
    let fixture = Fixture::desk();
    let texts: Vec<String> =
        [70, 40, 30, 21, 7].map(|width| line(&fixture.ctx(), width).to_string()).into();
    insta::assert_snapshot!(texts.join("\n"));
}
