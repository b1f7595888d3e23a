//! An order's life as one table: (state, report) -> next state, the rude rows included.
//! Must never touch quantities or books: what a fill does to them is decided elsewhere.

use std::str::FromStr;

use super::ids::ClientOrderId;
use super::numbers::{Price, Qty};
use super::roles::UnknownName;
use super::text::clean_line;
use super::time::MarketTime;
use crate::bounds::REASON_CHARS_MAX;

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Waits for a second person's approval.
    Staged,
    /// Written down; the venue may or may not know of it. Shown as *sending*.
    Intended,
    /// A passive leg that waits for its parent.
    Held,
    /// At work at the venue.
    Working,
    /// At work, some of it filled.
    PartlyFilled,
    /// At rest until the next session.
    DoneForDay,
    /// All of it filled. Final.
    Filled,
    /// Canceled. Final.
    Canceled,
    /// Refused, by the venue or by the desk itself. Final.
    Rejected,
    /// Its time ran out. Final.
    Expired,
    /// Its place was taken by a replacement (venue orders only). Final.
    Replaced,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 11] = [
        Self::Staged,
        Self::Intended,
        Self::Held,
        Self::Working,
        Self::PartlyFilled,
        Self::DoneForDay,
        Self::Filled,
        Self::Canceled,
        Self::Rejected,
        Self::Expired,
        Self::Replaced,
    ];
    /// True where nothing more is expected. A fill can still come, and is booked.
    pub const fn is_final(self) -> bool {
        matches!(
            self,
            Self::Filled | Self::Canceled | Self::Rejected | Self::Expired | Self::Replaced
        )
    }
    /// The name as written in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Staged => "staged",
            Self::Intended => "intended",
            Self::Held => "held",
            Self::Working => "working",
            Self::PartlyFilled => "partly_filled",
            Self::DoneForDay => "done_for_day",
            Self::Filled => "filled",
            Self::Canceled => "canceled",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Replaced => "replaced",
        }
    }
}

impl FromStr for Status {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(UnknownName)
    }
}

/// What was asked of the venue and not yet answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pending {
    /// Nothing.
    None,
    /// A cancel.
    Cancel,
    /// A replace.
    Replace,
}

/// Whether we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// The venue said so.
    Sure,
    /// A call's fate is not known: shown as *unknown*, looked up until it is.
    Unknown,
}

/// An order's state: three things at once (model.md section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct State {
    /// Where it stands.
    pub status: Status,
    /// What was asked and not answered.
    pub pending: Pending,
    /// Whether we know.
    pub certainty: Certainty,
}

impl State {
    /// A status with nothing pending, surely.
    pub const fn sure(status: Status) -> Self {
        Self { status, pending: Pending::None, certainty: Certainty::Sure }
    }
    /// True where nothing more is expected.
    pub const fn is_final(self) -> bool {
        self.status.is_final()
    }
    /// The one word people see: FIX's words, `sending`, `pending cancel`, `unknown`.
    pub const fn word(self) -> &'static str {
        match (self.certainty, self.pending, self.status) {
            (_, _, status) if status.is_final() => match status {
                Status::Filled => "filled",
                Status::Canceled => "canceled",
                Status::Rejected => "rejected",
                Status::Expired => "expired",
                _ => "replaced",
            },
            (Certainty::Unknown, _, _) => "unknown",
            (_, Pending::Cancel, _) => "pending cancel",
            (_, Pending::Replace, _) => "pending replace",
            (_, _, Status::Staged) => "staged",
            (_, _, Status::Intended) => "sending",
            (_, _, Status::Held) => "held",
            (_, _, Status::PartlyFilled) => "partially filled",
            (_, _, Status::DoneForDay) => "done for day",
            (_, _, _) => "working",
        }
    }
}

/// What a venue says about one venue order, whether as a reply or on its stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Which venue order.
    pub client_id: ClientOrderId,
    /// The venue's own id for it, where the report names it.
    pub venue_id: Option<String>,
    /// When, by the market.
    pub at: MarketTime,
    /// What.
    pub kind: ReportKind,
}

impl Report {
    /// As the desk takes it in: the venue's words and names cleaned, and none too long to keep.
    #[must_use]
    pub fn cleaned(mut self) -> Self {
        self.venue_id = self.venue_id.map(|id| clean_line(&id, REASON_CHARS_MAX));
        match &mut self.kind {
            ReportKind::Rejected { reason: words }
            | ReportKind::CancelRejected { reason: words }
            | ReportKind::ReplaceRejected { reason: words }
            | ReportKind::Unclear { reason: words }
            | ReportKind::Filled { execution: words, .. } => {
                *words = clean_line(words, REASON_CHARS_MAX);
            }
            ReportKind::Acked
            | ReportKind::Working
            | ReportKind::Canceled { .. }
            | ReportKind::Expired { .. }
            | ReportKind::Complete { .. }
            | ReportKind::DoneForDay
            | ReportKind::Replaced { .. }
            | ReportKind::NotFound => {}
        }
        self
    }
}

/// The kinds of report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportKind {
    /// The venue has it; it may not be at work yet (a queued order, an auction order).
    Acked,
    /// It is at work.
    Working,
    /// An execution: `quantity` shares at `price`, `total` filled after it.
    Filled {
        /// Shares of this execution.
        quantity: Qty,
        /// Price of a share.
        price: Price,
        /// Shares of the venue order filled after it.
        total: Qty,
        /// The venue's execution id.
        execution: String,
    },
    /// Canceled, with `total` filled before.
    Canceled {
        /// Shares filled before it closed.
        total: Qty,
    },
    /// Its time ran out, with `total` filled before.
    Expired {
        /// Shares filled before it closed.
        total: Qty,
    },
    /// All of it is filled, `total` shares: said where the order itself does not name them.
    Complete {
        /// Shares filled in all.
        total: Qty,
    },
    /// At rest until the next session.
    DoneForDay,
    /// Refused, with the venue's words.
    Rejected {
        /// The venue's words.
        reason: String,
    },
    /// Its place was taken by the venue order `by`.
    Replaced {
        /// The replacement.
        by: ClientOrderId,
        /// Shares of this venue order filled before it closed.
        total: Qty,
    },
    /// A cancel was refused; the order lives on or ended otherwise.
    CancelRejected {
        /// The venue's words.
        reason: String,
    },
    /// A replace was refused; the order lives on or ended otherwise.
    ReplaceRejected {
        /// The venue's words.
        reason: String,
    },
    /// A call's fate is not known (time-out, broken line, a body nobody can read).
    Unclear {
        /// What happened, in words.
        reason: String,
    },
    /// A look-up: the venue does not know this id.
    NotFound,
}

/// The next state of an order in `state` once `report` about its current venue order is in.
///
/// A closing report closes the order only when our fills cover the total it names; until then the
/// caller keeps the order open and looks it up (style.md section 4). `covers` says whether they
/// do, `fills_all` whether the fills now make up the whole quantity. The caller books fills
/// whatever the state: a fill after a cancel is a fill.
pub fn next(state: State, report: &ReportKind, covers: bool, fills_all: bool) -> State {
    use Certainty::{Sure, Unknown};
    let to = |status| State { status, pending: Pending::None, certainty: Sure };
    match report {
        // The rude rows: what is final stays final, but a fill that completes a canceled, rejected
        // or expired order makes it what it is.
        ReportKind::Filled { .. } if fills_all => to(Status::Filled),
        _ if state.is_final() => state,
        ReportKind::Filled { .. } => {
            State { status: Status::PartlyFilled, certainty: Sure, ..state }
        }
        ReportKind::Acked => match state.status {
            Status::Intended => to(Status::Working).with_pending(state.pending),
            _ => State { certainty: Sure, ..state },
        },
        ReportKind::Working => match state.status {
            Status::Intended | Status::Held | Status::DoneForDay => {
                to(Status::Working).with_pending(state.pending)
            }
            _ => State { certainty: Sure, ..state },
        },
        // Nothing was left to cancel or to expire.
        ReportKind::Canceled { .. } | ReportKind::Expired { .. } if covers && fills_all => {
            to(Status::Filled)
        }
        ReportKind::Canceled { .. } if covers => to(Status::Canceled),
        ReportKind::Expired { .. } if covers => to(Status::Expired),
        ReportKind::Complete { .. } if covers => to(Status::Filled),
        ReportKind::Canceled { .. } | ReportKind::Expired { .. } | ReportKind::Complete { .. } => {
            State { certainty: Unknown, ..state }
        }
        ReportKind::DoneForDay => to(Status::DoneForDay).with_pending(state.pending),
        ReportKind::Rejected { .. } => match state.pending {
            Pending::Replace if state.status != Status::Intended => {
                State { pending: Pending::None, certainty: Sure, ..state }
            }
            _ => to(Status::Rejected),
        },
        ReportKind::CancelRejected { .. } => {
            State { certainty: Sure, ..state }.without_pending(Pending::Cancel)
        }
        ReportKind::Replaced { .. } | ReportKind::ReplaceRejected { .. } => {
            State { certainty: Sure, ..state }.without_pending(Pending::Replace)
        }
        ReportKind::Unclear { .. } | ReportKind::NotFound => State { certainty: Unknown, ..state },
    }
}

impl State {
    const fn with_pending(self, pending: Pending) -> Self {
        Self { pending, ..self }
    }
    fn without_pending(self, pending: Pending) -> Self {
        if self.pending == pending { Self { pending: Pending::None, ..self } } else { self }
    }
}

#[cfg(test)]
mod tests;
