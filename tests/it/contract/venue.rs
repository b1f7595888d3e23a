//! What the desk counts on in a venue, as numbered cards that every venue has to pass.
//! Must never differ from stand to stand: the same cards are played on all three.

mod account;
mod changing;
mod ending;
mod placing;
mod special;
mod stands;
mod stops;
mod table;

use std::io::Write;

use stands::Paper;

/// Each card a test on the two stands that are always there, and all of them one run on paper.
/// `any` are played whatever the hour, `open` where orders are filled, and `by_hand` where the
/// time of day is the card's to choose.
macro_rules! cards {
    (
        any: $($any:ident::$any_card:ident),+;
        open: $($open:ident::$open_card:ident),+;
        by_hand: $($hand:ident::$hand_card:ident),+;
    ) => {
        mod on_the_exchange {
            $(#[tokio::test] async fn $any_card() { play!(exchange, $any::$any_card); })+
            $(#[tokio::test] async fn $open_card() { play!(exchange, $open::$open_card); })+
            $(#[tokio::test] async fn $hand_card() { play!(exchange, $hand::$hand_card); })+
        }
        mod over_loopback {
            $(#[tokio::test] async fn $any_card() { play!(loopback, $any::$any_card); })+
            $(#[tokio::test] async fn $open_card() { play!(loopback, $open::$open_card); })+
            $(#[tokio::test] async fn $hand_card() { play!(loopback, $hand::$hand_card); })+
        }
        async fn on_paper(paper: &Paper, is_open: bool) {
            $(
                let mut table = paper.table().await;
                $any::$any_card(&mut table).await;
                table.leave().await;
                tell(concat!("paper: ", stringify!($any_card), " is kept"));
            )+
            if !is_open {
                return tell("paper: the market is closed, so cards with fills were skipped");
            }
            $(
                let mut table = paper.table().await;
                $open::$open_card(&mut table).await;
                table.leave().await;
                tell(concat!("paper: ", stringify!($open_card), " is kept"));
            )+
        }
    };
}

macro_rules! play {
    ($stand:ident, $room:ident::$card:ident) => {
        let mut table = super::stands::$stand().await;
        super::$room::$card(&mut table).await;
        table.leave().await;
    };
}

cards! {
    any:
        placing::card_01_a_resting_order_is_taken_and_stays,
        placing::card_02_the_same_id_is_the_same_order_while_it_works,
        placing::card_03_more_than_the_account_can_buy_is_refused,
        placing::card_04_a_price_between_the_ticks_is_refused,
        placing::card_05_an_unknown_symbol_is_refused,
        placing::card_06_what_is_listed_but_not_traded_is_refused,
        placing::card_07_parts_of_a_share_have_their_rules,
        placing::card_08_times_in_force_that_do_not_go_with_a_stop_are_refused,
        placing::card_09_opening_and_closing_orders_wait_or_are_refused_in_words,
        ending::card_10_a_cancel_ends_an_order_and_may_come_twice,
        ending::card_11_an_unknown_order_is_not_found,
        changing::card_12_a_replacement_takes_the_place_of_the_old_order,
        changing::card_13_a_refused_replacement_changes_nothing,
        changing::card_14_a_replacement_of_nothing_is_not_found,
        changing::card_15_a_replacement_that_comes_twice_is_one,
        account::card_16_the_account_is_told_when_asked_for,
        account::card_17_market_time_prices_and_bars_belong_together;
    open:
        placing::card_18_a_market_order_is_taken_and_filled_piece_by_piece,
        placing::card_19_a_limit_order_the_market_meets_is_filled_no_worse,
        placing::card_20_the_same_id_is_the_same_order_once_it_is_filled,
        placing::card_21_an_asker_who_went_away_finds_one_order_or_none,
        placing::card_22_what_could_meet_an_own_order_is_refused,
        placing::card_23_more_than_is_held_is_not_sold,
        ending::card_24_what_is_filled_is_not_canceled,
        ending::card_25_immediate_or_cancel_leaves_nothing_at_work,
        ending::card_26_fill_or_kill_is_all_or_nothing,
        ending::card_27_a_partial_fill_leaves_the_rest_at_work,
        changing::card_28_a_replacement_that_saw_too_few_fills_is_refused,
        changing::card_29_what_is_filled_is_not_replaced,
        changing::card_30_a_replacement_at_a_better_price_is_filled_once,
        stops::card_31_a_stop_waits_and_is_filled_once_it_is_reached,
        stops::card_32_a_stop_on_the_wrong_side_is_refused,
        stops::card_33_a_stop_limit_is_filled_no_worse_than_its_limit,
        stops::card_34_a_stop_limit_may_be_reached_and_not_filled,
        stops::card_35_a_trailing_stop_follows_and_sells,
        account::card_36_a_look_up_tells_every_fill_and_the_end,
        account::card_37_fills_come_by_the_feed_without_being_asked_for,
        account::card_38_cash_and_positions_are_the_sum_of_the_fills,
        special::card_44_an_order_in_dollars_spends_no_more_and_says_when_it_is_complete,
        special::card_45_a_bracket_enters_and_the_exit_that_is_filled_ends_the_other,
        special::card_46_a_bracket_that_is_canceled_leaves_no_exit,
        special::card_47_an_oto_sends_its_one_exit_after_the_entry,
        special::card_48_an_oco_leaves_once_and_ends_as_one;
    by_hand:
        ending::card_39_a_day_order_expires_and_one_until_canceled_does_not,
        ending::card_40_a_closing_order_is_filled_at_the_close,
        ending::card_41_an_opening_order_is_filled_at_the_open,
        placing::card_42_an_order_of_the_night_waits_for_the_morning,
        special::card_43_an_order_for_extended_hours_works_in_the_evening;
}

/// Says a line where a person sees it, whatever becomes of the test.
fn tell(line: &str) {
    // Where nobody listens nothing is lost.
    let _ = writeln!(std::io::stderr(), "contract, {line}");
}

#[tokio::test]
async fn on_alpaca_paper_where_keys_are_at_hand() {
    let why = match Paper::of_environment() {
        Ok(paper) => match paper.look().await {
            Ok(is_open) => return on_paper(&paper, is_open).await,
            Err(why) => why,
        },
        Err(why) => why,
    };
    tell(&format!("paper: skipped, because {why}"));
}
