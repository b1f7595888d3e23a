//! The fields of a ticket: which ones a kind of order needs, what each holds, and their words.
//! Must never send, nor lose what was typed: a field that is hidden keeps its text.

use std::borrow::Cow;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::bounds::NOTE_CHARS_MAX;
use crate::desk::refusal::Refusal;
use crate::desk::refusal::mismatch::Mismatch;
use crate::domain::ids::PortfolioId;
use crate::domain::numbers::{Price, Qty};
use crate::domain::orders::{Draft, OrderType, Side, TimeInForce, Trail};
use crate::domain::roles::Act;
use crate::domain::special::{LegRole, OrderClass, Special};
use crate::domain::symbols::Symbol;

use super::super::read::Amount;
use super::super::{nudge, read};
use super::exits;
use super::kinds::{
    CLASS, HOURS, KIND, Kind, LIMIT, LOSS, LOSS_LIMIT, NOTE, PORTFOLIO, PROFIT, QUANTITY, SIDE,
    STOP, SYMBOL, TIME, TRAIL,
};
use crate::tui::action::Action;
use crate::tui::ctx::Ctx;
use crate::tui::effect::TicketStart;
use crate::tui::panes::orders::words;
use crate::tui::theme::Theme;
use crate::tui::widgets::area::Area;
use crate::tui::widgets::field::Field;
use crate::tui::widgets::form::{Entry, Form, FormMove};

/// The hours as the ticket offers them.
const HOURS_OFFERED: [&str; 2] = ["regular", "extended"];

/// Longest text of a symbol field: a name can be typed there too.
const SYMBOL_CHARS_MAX: usize = 40;
/// Longest text of a number field.
const NUMBER_CHARS_MAX: usize = 24;

/// Words of the desk's about one field.
pub type Advice = (usize, String);

/// The field that a refusal is about; none where it is about the order as a whole.
pub fn field_of(refusal: &Refusal) -> Option<usize> {
    match refusal {
        Refusal::NotTradable { .. } | Refusal::SymbolHalted { .. } => Some(SYMBOL),
        Refusal::NoQuantity
        | Refusal::TooManyShares { .. }
        | Refusal::TooSmall
        | Refusal::WholeSharesOnly { .. } => Some(QUANTITY),
        Refusal::OutsideCollar { .. } => Some(LIMIT),
        Refusal::StopSide { .. } => Some(STOP),
        Refusal::BadTrail => Some(TRAIL),
        Refusal::ExitSide { role: LegRole::TakeProfit, .. } => Some(PROFIT),
        Refusal::ExitSide { role: LegRole::StopLoss, .. } => Some(LOSS),
        Refusal::Mismatch(mismatch) => field_of_mismatch(*mismatch),
        Refusal::MarketClosed { .. } | Refusal::TypeAndTime { .. } => Some(TIME),
        _ => None,
    }
}

const fn field_of_mismatch(mismatch: Mismatch) -> Option<usize> {
    match mismatch {
        Mismatch::DollarsAtMarket | Mismatch::GroupWhole => Some(QUANTITY),
        Mismatch::ExtendedHours | Mismatch::GroupHours => Some(HOURS),
        Mismatch::GroupTime => Some(TIME),
        Mismatch::GroupKind | Mismatch::OcoKind => Some(KIND),
        Mismatch::GroupEnters | Mismatch::GroupExits => Some(CLASS),
        _ => None,
    }
}

/// The fields of a ticket.
pub struct Fields {
    form: Form,
    /// The portfolios that are offered, beside the form's texts.
    books: Vec<PortfolioId>,
    /// The limit as the ticket filled it in by itself: replaced with the symbol.
    filled_in: String,
}

impl Fields {
    /// Fields that hold what the ticket starts with; the first open one has the keys.
    pub fn of(start: &TicketStart, ctx: &Ctx<'_>) -> Self {
        let sides = [Side::Buy, Side::Sell].map(|side| side.to_string());
        let kinds = Kind::ALL.map(|kind| kind.as_str().to_owned());
        let number = |label| Entry::text(Field::new(label, NUMBER_CHARS_MAX));
        let form = Form::new(vec![
            Entry::choice("Side", sides.into(), usize::from(start.side == Side::Sell)),
            Entry::text(Field::new("Symbol", SYMBOL_CHARS_MAX)),
            Entry::choice("Portfolio", Vec::new(), 0),
            number("Quantity"),
            Entry::choice("Type", kinds.into(), 0),
            number("Stop"),
            number("Limit"),
            number("Trail"),
            Entry::choice("Time in force", Kind::Market.times(), 0),
            Entry::choice("Hours", HOURS_OFFERED.map(str::to_owned).into(), 0),
            Entry::choice(
                "Class",
                OrderClass::ALL.map(|class| class.as_str().to_owned()).into(),
                0,
            ),
            number("Take profit"),
            number("Stop loss"),
            number("Loss limit"),
            Entry::area(Area::new("Note", NOTE_CHARS_MAX)),
        ]);
        let mut fields = Self { form, books: Vec::new(), filled_in: String::new() };
        fields.offer_books(ctx);
        fields.fill(start, ctx);
        fields
    }

    fn fill(&mut self, start: &TicketStart, ctx: &Ctx<'_>) {
        let book = start.portfolio.filter(|id| self.books.contains(id));
        // About a book that one may only look at: one's own comes first.
        let is_own = |id: &&PortfolioId| {
            ctx.portfolio(**id).is_some_and(|found| found.owner == ctx.view.me.id)
        };
        let book = book.or(self.books.iter().find(is_own).copied());
        if let Some(name) = book.map(|id| ctx.portfolio_name(id)) {
            self.form.set(PORTFOLIO, &name);
        }
        self.form.set(SYMBOL, start.symbol.as_ref().map_or("", Symbol::as_str));
        let dollars = start.special.dollars.map(|dollars| format!("${}", dollars.plain()));
        let amount = dollars.or_else(|| start.quantity.map(Qty::plain));
        self.form.set(QUANTITY, &amount.unwrap_or_default());
        let order_type = start.order_type.unwrap_or(OrderType::Market);
        self.form.set(KIND, Kind::of(order_type).as_str());
        let price = |price: Option<Price>| price.map_or_else(String::new, Price::plain);
        self.form.set(STOP, &price(order_type.stop()));
        self.form.set(LIMIT, &price(order_type.limit()));
        if let OrderType::TrailingStop { trail } = order_type {
            let text = match trail {
                Trail::Amount(amount) => amount.plain(),
                Trail::Percent(_) => words::trail(trail),
            };
            self.form.set(TRAIL, text.trim_end_matches('%'));
        }
        exits::fill(&mut self.form, start.special.group);
        self.show_needed();
        let time = start.time_in_force.unwrap_or(TimeInForce::Day);
        self.form.set(TIME, time.as_str());
        self.form.set(HOURS, HOURS_OFFERED[usize::from(start.special.extended_hours)]);
        self.form.focus_on(if start.symbol.is_none() { SYMBOL } else { QUANTITY });
    }

    /// Offers the portfolios this person may trade in; what was chosen stays if it still may be.
    pub fn offer_books(&mut self, ctx: &Ctx<'_>) {
        let may = |id: &&PortfolioId| ctx.view.can(Act::Trade, Some(**id)).is_ok();
        let archived = |id: &PortfolioId| ctx.portfolio(*id).is_some_and(|found| found.archived);
        let books: Vec<PortfolioId> =
            ctx.view.portfolios.keys().filter(may).filter(|id| !archived(id)).copied().collect();
        if books != self.books {
            let names = books.iter().map(|id| ctx.portfolio_name(*id)).collect();
            self.form.set_options(PORTFOLIO, names);
            self.books = books;
        }
    }

    /// Shows the prices that the kind of order needs and hides the others; offers its times.
    fn show_needed(&mut self) {
        let kind = self.kind();
        for field in [STOP, LIMIT, TRAIL, HOURS, CLASS] {
            self.form.set_hidden(field, !kind.needs(field));
        }
        let class = exits::class(&self.form, kind);
        for field in exits::FIELDS {
            self.form.set_hidden(field, !exits::needs(class, field));
        }
        self.form.set_options(TIME, kind.times());
    }

    /// The kind of order that is chosen.
    pub fn kind(&self) -> Kind {
        Kind::ALL[self.form.chosen(KIND).min(Kind::ALL.len() - 1)]
    }
    /// Which way.
    pub fn side(&self) -> Side {
        if self.form.chosen(SIDE) == 0 { Side::Buy } else { Side::Sell }
    }
    /// The portfolio that is chosen; none where the person may trade in none.
    pub fn portfolio(&self) -> Option<PortfolioId> {
        self.books.get(self.form.chosen(PORTFOLIO)).copied()
    }
    /// The symbol, once what was typed is one that this market knows.
    pub fn symbol(&self, ctx: &Ctx<'_>) -> Option<Symbol> {
        let symbol = Symbol::parse(self.form.value(SYMBOL).trim()).ok()?;
        ctx.view.assets.contains_key(&symbol).then_some(symbol)
    }
    /// Puts a symbol into its field.
    pub fn take_symbol(&mut self, symbol: Symbol, ctx: &Ctx<'_>) {
        self.form.set(SYMBOL, symbol.as_str());
        self.form.set_error(SYMBOL, None);
        self.changed(SYMBOL, ctx);
    }
    /// The field that has the keys.
    pub const fn focus(&self) -> usize {
        self.form.focus()
    }
    /// True where the field with the keys holds a number that can be nudged.
    pub const fn is_on_number(&self) -> bool {
        matches!(self.form.focus(), QUANTITY | STOP | LIMIT | TRAIL | PROFIT | LOSS | LOSS_LIMIT)
    }
    /// True where the field with the keys is text that is typed.
    pub fn is_on_text(&self) -> bool {
        self.form.is_on_text()
    }
    /// What is typed in a field.
    pub fn text(&self, field: usize) -> &str {
        self.form.value(field)
    }
    /// All that is typed and chosen, to tell whether anything changed.
    pub fn everything(&self) -> Vec<String> {
        let mut texts: Vec<String> =
            (SIDE..=LOSS_LIMIT).map(|field| self.form.value(field).to_owned()).collect();
        texts.push(self.form.lines_of(NOTE));
        texts
    }

    /// Goes from field to field.
    pub fn act(&mut self, action: Action, ctx: &Ctx<'_>) -> FormMove {
        let before = self.form.focus();
        let moved = self.form.act(action);
        if self.form.focus() != before && !self.form.value(before).is_empty() {
            self.check(before, ctx);
        }
        // There is nothing to press: after the last field comes the first one again.
        if let FormMove::Pressed(_) = moved {
            self.form.act(Action::NextField);
        }
        moved
    }
    /// Types into the field that has the keys, or chooses.
    pub fn key(&mut self, key: KeyEvent, ctx: &Ctx<'_>) -> FormMove {
        let moved = self.form.key(key);
        if let FormMove::Changed(field) = moved {
            self.changed(field, ctx);
        }
        moved
    }
    /// Pastes into the field that has the keys.
    pub fn paste(&mut self, text: &str, ctx: &Ctx<'_>) -> FormMove {
        let moved = self.form.paste(text);
        if let FormMove::Changed(field) = moved {
            self.changed(field, ctx);
        }
        moved
    }
    /// Gives the keys to a field.
    pub fn focus_on(&mut self, field: usize) {
        self.form.focus_on(field);
    }
    /// The field drawn at a line of the form.
    pub fn field_at(&self, line: u16, area: Rect, advice: Option<&Advice>) -> Option<usize> {
        let form = self.advised(advice);
        form.entry_at(line + form.offset(area), area.width)
    }
    /// Lines that the form takes.
    pub fn height(&self, width: u16, advice: Option<&Advice>) -> u16 {
        self.advised(advice).height(width)
    }
    /// Draws the form.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, advice: Option<&Advice>, theme: &Theme) {
        self.advised(advice).draw(frame, area, theme);
    }

    /// The form with words beside the field that the desk would not take.
    fn advised(&self, advice: Option<&Advice>) -> Cow<'_, Form> {
        match advice {
            Some((field, words)) if self.form.error(*field).is_none() => {
                let mut form = self.form.clone();
                form.set_error(*field, Some(words.clone()));
                Cow::Owned(form)
            }
            _ => Cow::Borrowed(&self.form),
        }
    }

    /// The first field that has to be filled in or mended before the order can be read: its label,
    /// and whether it is only open.
    pub fn awaited(&self, ctx: &Ctx<'_>) -> Option<(&'static str, bool)> {
        let kind = self.kind();
        let is_read = |field: usize| match field {
            SYMBOL => self.symbol(ctx).is_some() && self.form.error(SYMBOL).is_none(),
            PORTFOLIO => self.portfolio().is_some(),
            QUANTITY => read::amount(self.form.value(QUANTITY)).is_ok(),
            STOP => read::price("stop", self.form.value(STOP)).is_ok(),
            LIMIT => read::price("limit", self.form.value(LIMIT)).is_ok(),
            _ => trail(kind, self.form.value(TRAIL)).is_ok(),
        };
        let mut needed = [SYMBOL, PORTFOLIO, QUANTITY, STOP, LIMIT, TRAIL].into_iter();
        let field = needed.find(|field| kind.needs(*field) && !is_read(*field));
        let exit = exits::group(&self.form, kind).err().map(|(field, _)| field);
        let field = field.or(exit)?;
        let is_open = self.form.value(field).is_empty() && self.form.error(field).is_none();
        Some((self.form.label(field), is_open))
    }

    fn changed(&mut self, field: usize, ctx: &Ctx<'_>) {
        match field {
            KIND => {
                self.show_needed();
                self.fill_in_limit(ctx);
                self.check(TRAIL, ctx);
            }
            SYMBOL => self.fill_in_limit(ctx),
            CLASS => self.show_needed(),
            _ => {}
        }
        // While a name is typed there is nothing wrong with it yet.
        if field != SYMBOL || self.symbol(ctx).is_some() {
            self.check(field, ctx);
        }
    }

    /// A limit nobody has typed starts at the last price.
    fn fill_in_limit(&mut self, ctx: &Ctx<'_>) {
        let untouched = self.form.value(LIMIT) == self.filled_in;
        if !self.kind().needs(LIMIT) || !untouched {
            return;
        }
        let last = self.symbol(ctx).and_then(|symbol| ctx.last(symbol));
        let on_grid =
            last.map(|last| Price::from_units(last.units() - last.units() % last.tick().units()));
        self.filled_in = on_grid.map_or_else(String::new, Price::plain);
        let text = self.filled_in.clone();
        self.form.set(LIMIT, &text);
        self.form.set_error(LIMIT, None);
    }

    /// Puts words beside a field that holds what cannot be read; an empty one is only open.
    fn check(&mut self, field: usize, ctx: &Ctx<'_>) {
        if self.form.value(field).is_empty() {
            self.form.set_error(field, None);
            return;
        }
        self.read_field(field, ctx);
    }

    fn read_field(&mut self, field: usize, ctx: &Ctx<'_>) {
        let kind = self.kind();
        match field {
            PROFIT | LOSS | LOSS_LIMIT => {
                _ = self.form.read(field, |text| read::price("exit", text));
            }
            SYMBOL => _ = self.form.read(SYMBOL, |text| read::symbol(text, ctx)),
            QUANTITY => _ = self.form.read(QUANTITY, read::amount),
            STOP => _ = self.form.read(STOP, |text| read::price("stop", text)),
            LIMIT => _ = self.form.read(LIMIT, |text| read::price("limit", text)),
            TRAIL => _ = self.form.read(TRAIL, |text| trail(kind, text)),
            _ => {}
        }
    }

    /// The order as typed, or nothing: then each wrong field has its words, and the first one the
    /// keys.
    pub fn read(&mut self, ctx: &Ctx<'_>) -> Option<(PortfolioId, Draft)> {
        let kind = self.kind();
        for field in [SYMBOL, QUANTITY, STOP, LIMIT, TRAIL] {
            if kind.needs(field) {
                self.read_field(field, ctx);
            } else {
                self.form.set_error(field, None);
            }
        }
        if let Err((field, words)) = exits::group(&self.form, kind) {
            let words = words.unwrap_or_else(|| "is missing".to_owned());
            self.form.set_error(field, Some(words));
        }
        if self.form.focus_error() {
            return None;
        }
        self.draft(ctx)
    }

    /// The order as far as it can be read now, without a word.
    pub fn draft(&self, ctx: &Ctx<'_>) -> Option<(PortfolioId, Draft)> {
        let price = |which, field| read::price(which, self.form.value(field)).ok();
        let kind = self.kind();
        let order_type = match kind {
            Kind::Market => OrderType::Market,
            Kind::Limit => OrderType::Limit { limit: price("limit", LIMIT)? },
            Kind::Stop => OrderType::Stop { stop: price("stop", STOP)? },
            Kind::StopLimit => {
                OrderType::StopLimit { stop: price("stop", STOP)?, limit: price("limit", LIMIT)? }
            }
            Kind::TrailAmount | Kind::TrailPercent => {
                OrderType::TrailingStop { trail: trail(kind, self.form.value(TRAIL)).ok()? }
            }
        };
        let symbol = self.symbol(ctx)?;
        let (quantity, dollars) = match read::amount(self.form.value(QUANTITY)).ok()? {
            Amount::Shares(quantity) => (quantity, None),
            Amount::Dollars(dollars) => (Qty::ZERO, Some(dollars)),
        };
        let draft = Draft {
            symbol,
            side: self.side(),
            quantity,
            order_type,
            time_in_force: TimeInForce::ALL[self.form.chosen(TIME)],
            note: self.form.lines_of(NOTE),
            special: Special { dollars, ..self.special()? },
        };
        let draft = draft.sized(ctx.ticker(symbol));
        Some((self.portfolio()?, draft))
    }

    /// What the order asks for beyond its plain terms; a field that is hidden asks for nothing.
    fn special(&self) -> Option<Special> {
        let kind = self.kind();
        let extended_hours = kind.needs(HOURS) && self.form.chosen(HOURS) == 1;
        let group = exits::group(&self.form, kind).ok()?;
        Some(Special { extended_hours, group, dollars: None })
    }

    /// A few shares more or fewer; an empty or wrong field starts anew.
    pub fn nudge_quantity(&mut self, up: bool, ctx: &Ctx<'_>) {
        let text = nudge::quantity(self.form.value(QUANTITY), up);
        self.form.set(QUANTITY, &text);
        self.form.touch();
        self.check(QUANTITY, ctx);
    }

    /// A price one step of its grid up or down: the one that has the keys, else the limit, else the
    /// stop. False where the order has no price.
    pub fn nudge_price(&mut self, up: bool, ctx: &Ctx<'_>) -> bool {
        let kind = self.kind();
        let here = Some(self.form.focus())
            .filter(|field| matches!(*field, STOP | LIMIT | TRAIL | PROFIT | LOSS | LOSS_LIMIT));
        let field = here.or([LIMIT, STOP, TRAIL].into_iter().find(|field| kind.needs(*field)));
        let Some(field) = field else { return false };
        let last = self.symbol(ctx).and_then(|symbol| ctx.last(symbol));
        let start = last.filter(|_| field != TRAIL);
        let text = nudge::price(self.form.value(field), up, start);
        self.form.set(field, &text);
        self.form.touch();
        self.check(field, ctx);
        true
    }
}

fn trail(kind: Kind, text: &str) -> Result<Trail, String> {
    if kind == Kind::TrailPercent { read::trail_percent(text) } else { read::trail_amount(text) }
}
