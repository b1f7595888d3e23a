//! The one table of everything a key, a command or a palette entry can do.
//! Must never hold a key (keymap.rs) nor do anything itself (the app, layers and panes do).

use crate::domain::roles::Act;

/// What an action is, in words, and who may do it: footer, help, palette and dispatch read this.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// The action.
    pub action: Action,
    /// Its name in keymap.toml and on the command line.
    pub name: &'static str,
    /// One or two words for the footer.
    pub label: &'static str,
    /// One line for help and palette.
    pub help: &'static str,
    /// What a person must be allowed to do.
    pub permission: Option<Act>,
    /// Its place in the footer, smallest first; zero keeps it out.
    pub hint: u8,
    /// False where it only makes sense by its key (moving a cursor, typing).
    pub listed: bool,
}

macro_rules! actions {
    ($( $action:ident $name:literal $label:literal $hint:literal $listed:literal
        $permission:expr, $help:literal; )*) => {
        /// Something a person can ask the screen for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Action {
            $( #[doc = $help] $action, )*
        }

        impl Action {
            /// The table, in the order of the enum.
            pub const TABLE: &'static [Spec] = &[
                $( Spec {
                    action: Action::$action,
                    name: $name,
                    label: $label,
                    help: $help,
                    permission: $permission,
                    hint: $hint,
                    listed: $listed,
                }, )*
            ];
        }
    };
}

const ANYONE: Option<Act> = None;
const TRADE: Option<Act> = Some(Act::Trade);
const CANCEL: Option<Act> = Some(Act::Cancel);
const HALT: Option<Act> = Some(Act::Halt);
const OWN: Option<Act> = Some(Act::OwnSettings);
const CREATE: Option<Act> = Some(Act::CreatePortfolio);
const MANAGE: Option<Act> = Some(Act::ManagePortfolio);

// variant, name, footer label, footer rank, listed in help and palette, permission, help.
actions! {
    Up "up" "up" 0 false ANYONE, "One row up";
    Down "down" "down" 0 false ANYONE, "One row down";
    Left "left" "left" 0 false ANYONE, "To the left, or fold";
    Right "right" "right" 0 false ANYONE, "To the right, or unfold";
    PageUp "page-up" "page up" 0 false ANYONE, "One page up";
    PageDown "page-down" "page down" 0 false ANYONE, "One page down";
    HalfUp "half-up" "half up" 0 false ANYONE, "Half a page up";
    HalfDown "half-down" "half down" 0 false ANYONE, "Half a page down";
    First "first" "first" 0 false ANYONE, "To the first row";
    Last "last" "last" 0 false ANYONE, "To the last row";

    Screen1 "screen-1" "desk" 0 true ANYONE, "Go to screen 1, Desk";
    Screen2 "screen-2" "blotter" 0 true ANYONE, "Go to screen 2, Blotter";
    Screen3 "screen-3" "portfolio" 0 true ANYONE, "Go to screen 3, Portfolio";
    Screen4 "screen-4" "symbol" 0 true ANYONE, "Go to screen 4, Symbol";
    NextPane "next-pane" "pane" 64 true ANYONE, "Go to the next pane";
    PreviousPane "previous-pane" "pane back" 0 true ANYONE, "Go to the pane before";
    Zoom "zoom" "zoom" 62 true ANYONE, "Give this pane the whole screen, and back";

    Open "open" "open" 22 true ANYONE, "Open the detail of the row";
    Close "close" "back" 0 true ANYONE, "Close one layer, or clear the filter";
    Quit "quit" "quit" 99 true ANYONE, "Leave the desk; asks when a ticket is dirty";
    Leave "leave" "leave" 0 true ANYONE, "Leave the desk at once, safely";
    Help "help" "help" 95 true ANYONE, "Help for this place: type to search, Enter runs";
    CommandLine "command-line" "command" 90 true ANYONE, "Type a command: buy 100 AAPL @ 187.5 gtc";
    Palette "palette" "palette" 92 true ANYONE, "Find any action, symbol, portfolio or person";

    Filter "filter" "filter" 40 true ANYONE, "Filter the list";
    NextMatch "next-match" "next" 0 true ANYONE, "Go to the next match of the filter";
    PreviousMatch "previous-match" "previous" 0 true ANYONE, "Go to the match before";
    SortColumn "sort-column" "sort" 42 true ANYONE, "Sort by the next column";
    SortDirection "sort-direction" "turn" 0 true ANYONE, "Turn the direction of the sort";
    Mark "mark" "mark" 44 true ANYONE, "Mark the row, or take its mark away";
    Copy "copy" "copy" 0 true ANYONE, "Copy the row (works over ssh too)";
    Export "export" "export" 0 true ANYONE, "Export this view as filtered, CSV or JSON";

    Buy "buy" "buy" 10 true TRADE, "Open a buy ticket for the selected symbol";
    Sell "sell" "sell" 11 true TRADE, "Open a sell ticket for the selected symbol";
    Amend "amend" "amend" 12 true TRADE, "Amend the selected order";
    Cancel "cancel" "cancel" 13 true CANCEL, "Cancel the selected order";
    CancelMany "cancel-many" "cancel many" 14 true CANCEL, "Cancel many orders; lists them first";
    Flatten "flatten" "flatten" 15 true TRADE, "Close the position; asks with the quantity";
    Halt "halt" "halt" 80 true HALT, "Halt trading and cancel what works; type the word";
    CloseOnly "closing-only" "closing only" 0 true HALT, "Take only orders that reduce a position";
    Lift "lift" "lift" 0 true HALT, "Lift a halt or closing only: trade again";

    Send "send" "send" 1 true ANYONE, "Send what this form asks for";
    QuantityDown "quantity-down" "fewer" 3 true ANYONE, "Fewer shares";
    QuantityUp "quantity-up" "more" 4 true ANYONE, "More shares";
    PriceDown "price-down" "lower" 5 true ANYONE, "Lower price";
    PriceUp "price-up" "higher" 6 true ANYONE, "Higher price";
    NextField "next-field" "next field" 7 false ANYONE, "Go to the next field";
    PreviousField "previous-field" "field back" 0 false ANYONE, "Go to the field before";
    Complete "complete" "complete" 3 false ANYONE, "Complete the word, or take the next candidate";
    Accept "accept" "go on" 2 false ANYONE, "Take the answer that is marked, or go on";
    Yes "yes" "yes" 1 false ANYONE, "Yes, do it";
    No "no" "no" 2 false ANYONE, "No, leave it";

    AddSymbol "add-symbol" "add" 16 true OWN, "Add a symbol to this watchlist";
    RemoveSymbol "remove-symbol" "remove" 17 true OWN, "Take the symbol off this watchlist";
    MoveUp "move-up" "move up" 0 true OWN, "Move the row up";
    MoveDown "move-down" "move down" 0 true OWN, "Move the row down";
    NextList "next-list" "next list" 18 true ANYONE, "Show the next watchlist";
    PreviousList "previous-list" "list back" 0 true ANYONE, "Show the watchlist before";
    NewList "new-list" "new list" 0 true OWN, "Make a new watchlist";
    RenameList "rename-list" "rename list" 0 true OWN, "Give this watchlist another name";
    DropList "drop-list" "drop list" 0 true OWN, "Drop this watchlist; asks first";

    NewPortfolio "new-portfolio" "new portfolio" 19 true CREATE, "Make a new portfolio";
    EditPortfolio "edit-portfolio" "edit book" 0 true MANAGE, "Set its cash, let it go short";
    NextPortfolio "next-portfolio" "next book" 24 true ANYONE, "Show the next portfolio";
    PreviousPortfolio "previous-portfolio" "book back" 0 true ANYONE, "Show the portfolio before";

    NextRange "next-range" "range" 20 true ANYONE, "Show a longer range";
    PreviousRange "previous-range" "range back" 0 true ANYONE, "Show a shorter range";
    Crosshair "crosshair" "crosshair" 21 true ANYONE, "Show the crosshair, or hide it";
    NextStage "next-stage" "stage" 20 true ANYONE, "Show orders of the next stage";
    PreviousStage "previous-stage" "stage back" 0 true ANYONE, "Show orders of the stage before";
    Timeline "timeline" "timeline" 23 true ANYONE, "Show everything that happened to the order";
    NextPage "next-page" "next page" 0 true ANYONE, "Show the next page of history";
    PreviousPage "previous-page" "page back" 0 true ANYONE, "Show the page of history before";

    NextTheme "next-theme" "theme" 0 true OWN, "Take the next theme";
    Settings "settings" "settings" 0 true OWN, "Show and change your settings";
    Password "password" "password" 0 true OWN, "Set your password";
    ReleaseMouse "mouse" "mouse" 0 true ANYONE, "Give the mouse to the terminal, or take it back";
    Lock "lock" "lock" 0 true ANYONE, "Lock the screen; prices go on";
    SignOut "sign-out" "sign out" 0 true ANYONE, "Sign out and show the sign-in screen";
    Redraw "redraw" "redraw" 0 true ANYONE, "Draw everything anew";
}

impl Action {
    /// What it is and who may do it.
    pub fn spec(self) -> &'static Spec {
        &Self::TABLE[self as usize]
    }
    /// The action of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::TABLE.iter().find(|spec| spec.name == name).map(|spec| spec.action)
    }
    /// The action that goes to screen `number`, counted from 1.
    pub const fn screen(number: usize) -> Option<Self> {
        match number {
            1 => Some(Self::Screen1),
            2 => Some(Self::Screen2),
            3 => Some(Self::Screen3),
            4 => Some(Self::Screen4),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Action;

    #[test]
    fn names_are_unique_and_the_table_is_in_order() {
        for (index, spec) in Action::TABLE.iter().enumerate() {
            assert_eq!(spec.action as usize, index);
            assert_eq!(spec.action.spec().name, spec.name);
            assert_eq!(Action::named(spec.name), Some(spec.action), "{}", spec.name);
            assert!(!spec.help.ends_with('.'), "{}: one line, no full stop", spec.name);
        }
    }
}
