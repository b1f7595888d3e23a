//! What panes and layers read: the view, prices, time, look, and what is chosen.
//! Must never be kept: it is made anew for each message and each frame.

use jiff::tz::TimeZone;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::desk::view::View;
use crate::domain::ids::{OrderId, PortfolioId, UserId};
use crate::domain::numbers::{Money, Price};
use crate::domain::portfolios::Portfolio;
use crate::domain::positions::Position;
use crate::domain::quotes::Ticker;
use crate::domain::roles::{Act, RoleName};
use crate::domain::symbols::Symbol;
use crate::domain::time::{MarketTime, Moment, new_york};

use super::action::Action;
use super::keymap::{Context, Keymap};
use super::quotes::{Direction, Quotes};
use super::theme::{Role, Theme, Themes};

/// What panes and layers read.
#[derive(Clone, Copy)]
pub struct Ctx<'a> {
    /// What this person may see.
    pub view: &'a View,
    /// Prices.
    pub quotes: &'a Quotes,
    /// Now, on both clocks.
    pub now: Moment,
    /// How things look.
    pub theme: &'a Theme,
    /// The person's settings.
    pub prefs: &'a Prefs,
    /// All keys, for hints in empty states.
    pub keymap: &'a Keymap,
    /// What the screens show.
    pub chosen: &'a Chosen,
    /// The room inside this pane's border; for a layer, the whole terminal.
    pub area: Rect,
    /// True where this pane has the keys.
    pub focused: bool,
}

/// What the screens show: the chart's symbol, the positions' portfolio.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// The portfolio whose positions are shown, and that a ticket starts with.
    pub portfolio: Option<PortfolioId>,
    /// The symbol whose chart is shown.
    pub symbol: Option<Symbol>,
}

/// What an action of the focused pane is about: what its cursor is on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// In which book.
    pub portfolio: Option<PortfolioId>,
    /// Which symbol.
    pub symbol: Option<Symbol>,
    /// Which order.
    pub order: Option<OrderId>,
}

/// The setting that shows exchange time.
const EXCHANGE_ZONE: &str = "exchange";
/// Longest time before a screen locks.
const LOCK_MINUTES_MAX: i64 = 720;
/// An admin's screen locks after this time at the latest, unless the admin has set another.
const ADMIN_LOCK_MINUTES: i64 = 5;

/// A person's settings, each with what holds without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefs {
    /// Theme (`theme`).
    pub theme: Option<String>,
    /// Zone in which times are shown (`time_zone`): exchange time unless set.
    pub zone: TimeZone,
    /// True where the person set a zone of their own.
    pub own_zone: bool,
    /// Orders of at least this value ask once more (`confirm_above`).
    pub confirm_above: Money,
    /// Changed prices stand out for a moment (`flash`).
    pub flash: bool,
    /// Minutes without a key before the screen locks (`idle_lock_minutes`); zero is never.
    pub lock_after_minutes: i64,
}

impl Default for Prefs {
    fn default() -> Self {
        Self {
            theme: None,
            zone: new_york().clone(),
            own_zone: false,
            confirm_above: Money::dollars(10_000),
            flash: true,
            lock_after_minutes: 10,
        }
    }
}

impl Prefs {
    /// What each is called on the screen, in the order of `NAMES`.
    pub const LABELS: [&'static str; 5] =
        ["Theme", "Time zone", "Confirm above", "Flashes", "Lock after"];

    /// Every setting a person can make, and what it does.
    pub const NAMES: [(&'static str, &'static str); 5] = [
        ("theme", "how the desk looks"),
        ("time_zone", "like Europe/Berlin; exchange for New York's"),
        ("confirm_above", "dollars from which an order asks once more"),
        ("flash", "changed prices stand out for a moment: on or off"),
        ("idle_lock_minutes", "minutes without a key; 0 for never"),
    ];

    /// What a setting is called on the screen.
    pub fn label(name: &str) -> &'static str {
        let index = Self::NAMES.iter().position(|(other, _)| *other == name);
        index.map_or("The setting", |index| Self::LABELS[index])
    }

    /// Is this a setting, and can it have this value? The words for why not.
    pub fn check(name: &str, value: &str) -> Result<(), String> {
        let wrong = |what: &str| Err(format!("{}: {what}, not '{value}'", Self::label(name)));
        match name {
            "theme" if Themes::ORDER.contains(&value) => Ok(()),
            "theme" => wrong(&format!("one of {}", Themes::ORDER.join(", "))),
            "time_zone" if value == EXCHANGE_ZONE || TimeZone::get(value).is_ok() => Ok(()),
            "time_zone" => wrong("a zone like Europe/Berlin, or exchange"),
            "confirm_above" => match Money::parse(value) {
                Ok(amount) if amount >= Money::ZERO => Ok(()),
                _ => wrong("an amount in dollars"),
            },
            "flash" if matches!(value, "on" | "off") => Ok(()),
            "flash" => wrong("on or off"),
            "idle_lock_minutes" => match value.parse::<i64>() {
                Ok(minutes) if (0..=LOCK_MINUTES_MAX).contains(&minutes) => Ok(()),
                _ => wrong("minutes from 0 (never) to 720"),
            },
            _ => {
                let names: Vec<&str> = Self::NAMES.iter().map(|(name, _)| *name).collect();
                Err(format!("There is no setting '{name}': {}", names.join(", ")))
            }
        }
    }
    /// The value that holds now, as text.
    pub fn value(&self, name: &str) -> String {
        match name {
            "theme" => self.theme.clone().unwrap_or_else(|| "terminal".to_owned()),
            "time_zone" if self.own_zone => {
                self.zone.iana_name().unwrap_or(EXCHANGE_ZONE).to_owned()
            }
            "time_zone" => EXCHANGE_ZONE.to_owned(),
            "confirm_above" => self.confirm_above.plain(),
            "flash" => if self.flash { "on" } else { "off" }.to_owned(),
            "idle_lock_minutes" => self.lock_after_minutes.to_string(),
            _ => String::new(),
        }
    }

    /// From a person's kept settings; what is not kept, or cannot be read, is as this terminal's
    /// configuration has it.
    pub fn of(view: &View, configured: &Self) -> Self {
        let mut prefs = configured.clone();
        let value = |name: &str| view.settings.get(name).map(|setting| setting.value.as_str());
        if let Some(theme) = value("theme") {
            prefs.theme = Some(theme.to_owned());
        }
        match value("time_zone") {
            Some(EXCHANGE_ZONE) => {
                prefs.zone = new_york().clone();
                prefs.own_zone = false;
            }
            Some(name) => {
                if let Ok(zone) = TimeZone::get(name) {
                    prefs.zone = zone;
                    prefs.own_zone = true;
                }
            }
            None => {}
        }
        if let Some(amount) = value("confirm_above").and_then(|text| Money::parse(text).ok()) {
            prefs.confirm_above = amount;
        }
        if let Some(flash) = value("flash") {
            prefs.flash = flash != "off";
        }
        let own = value("idle_lock_minutes").and_then(|text| text.parse().ok());
        let is_sooner = prefs.lock_after_minutes > ADMIN_LOCK_MINUTES;
        if let Some(minutes) = own {
            prefs.lock_after_minutes = minutes;
        } else if view.me.role == RoleName::Admin && is_sooner {
            prefs.lock_after_minutes = ADMIN_LOCK_MINUTES;
        }
        prefs
    }
}

impl Ctx<'_> {
    /// The style of a role.
    pub fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }
    /// The newest picture of a symbol.
    pub fn ticker(&self, symbol: Symbol) -> Option<&Ticker> {
        self.quotes.get(symbol)
    }
    /// The last price of a symbol.
    pub fn last(&self, symbol: Symbol) -> Option<Price> {
        self.quotes.last(symbol)
    }
    /// Which way a price went a moment ago; never where flashes are off.
    pub fn flash(&self, symbol: Symbol) -> Option<Direction> {
        if self.prefs.flash { self.quotes.flash(symbol, self.now.desk) } else { None }
    }
    /// May this person do `act` (in a portfolio)? The reason if not. Where the act needs a
    /// portfolio and none is named, any one that allows it will do.
    pub fn may(&self, act: Act, portfolio: Option<PortfolioId>) -> Result<(), String> {
        if portfolio.is_some() || !act.concerns_portfolio() {
            return self.view.can(act, portfolio).map_err(|refusal| refusal.to_string());
        }
        let mut first = None;
        for id in self.view.portfolios.keys() {
            match self.view.can(act, Some(*id)) {
                Ok(()) => return Ok(()),
                Err(refusal) => first = first.or(Some(refusal.to_string())),
            }
        }
        match (first, self.view.can(act, None)) {
            (Some(reason), _) => Err(reason),
            (None, Err(refusal)) => Err(refusal.to_string()),
            (None, Ok(())) => Err("There is no portfolio here yet".to_owned()),
        }
    }
    /// A portfolio this person may see.
    pub fn portfolio(&self, id: PortfolioId) -> Option<&Portfolio> {
        self.view.portfolios.get(&id).map(|(portfolio, _)| portfolio)
    }
    /// The name of a portfolio, or its number where it is not visible.
    pub fn portfolio_name(&self, id: PortfolioId) -> String {
        self.portfolio(id).map_or_else(|| format!("#{id}"), |found| found.name.clone())
    }
    /// The login of a person, or their number where they are not known here.
    pub fn login(&self, id: UserId) -> String {
        self.view.people.get(&id).map_or_else(|| format!("#{id}"), |user| user.login.to_string())
    }
    /// The position of a portfolio in a symbol, if it has one.
    pub fn position(&self, portfolio: PortfolioId, symbol: Symbol) -> Option<&Position> {
        self.view.positions.get(&(portfolio, symbol))
    }
    /// `10:31:07` in the person's zone.
    pub fn time_text(&self, at: MarketTime) -> String {
        at.timestamp().to_zoned(self.prefs.zone.clone()).strftime("%H:%M:%S").to_string()
    }
    /// `10:31` in the person's zone.
    pub fn minute_text(&self, at: MarketTime) -> String {
        at.timestamp().to_zoned(self.prefs.zone.clone()).strftime("%H:%M").to_string()
    }
    /// `27 Nov 10:31:07` in the person's zone; today's is the time alone.
    pub fn moment_text(&self, at: MarketTime) -> String {
        let at = at.timestamp().to_zoned(self.prefs.zone.clone());
        let now = self.now.market.timestamp().to_zoned(self.prefs.zone.clone());
        let form = if at.date() == now.date() { "%H:%M:%S" } else { "%d %b %H:%M" };
        at.strftime(form).to_string()
    }
    /// The zone that times are shown in, as people write it (`EST`, `CET`).
    pub fn zone_text(&self) -> String {
        let now = self.now.market.timestamp().to_zoned(self.prefs.zone.clone());
        now.strftime("%Z").to_string()
    }
    /// The key of an action here, for a sentence (`press b`); its name if it has none.
    pub fn key(&self, contexts: &[Context], action: Action) -> String {
        let key = self.keymap.key_of(contexts, action);
        key.unwrap_or_else(|| format!(":{}", action.spec().name))
    }
}

#[cfg(test)]
mod tests {
    use super::Prefs;
    use crate::desk::event::Setting;
    use crate::domain::numbers::Money;
    use crate::domain::roles::RoleName;
    use crate::tui::fixture::books::view;

    #[test]
    fn an_admins_screen_locks_sooner_unless_the_admin_says_otherwise() {
        for (configured, role, after) in [
            (10, RoleName::Trader, 10),
            (10, RoleName::Admin, 5),
            (3, RoleName::Admin, 3),
            (0, RoleName::Admin, 0),
        ] {
            let mut view = view(role);
            view.settings.clear();
            let configured = Prefs { lock_after_minutes: configured, ..Prefs::default() };
            assert_eq!(Prefs::of(&view, &configured).lock_after_minutes, after);
        }
    }

    #[test]
    fn a_persons_own_settings_outrank_the_configuration() {
        let mut view = view(RoleName::Trader);
        view.settings.clear();
        let configured = Prefs {
            theme: Some("dark".to_owned()),
            confirm_above: Money::dollars(500),
            flash: false,
            lock_after_minutes: 5,
            ..Prefs::default()
        };
        assert_eq!(Prefs::of(&view, &configured), configured);
        let own = [
            ("theme", "light"),
            ("flash", "on"),
            ("confirm_above", "9,5"),
            ("idle_lock_minutes", "0"),
        ];
        for (name, value) in own {
            assert_eq!(Prefs::check(name, value).is_ok(), name != "confirm_above", "{name}");
            let (name, value) = (name.to_owned(), value.to_owned());
            let setting = Setting { user: view.me.id, name: name.clone(), value, version: 1 };
            view.settings.insert(name, setting);
        }
        let prefs = Prefs::of(&view, &configured);
        assert_eq!(prefs.theme.as_deref(), Some("light"));
        assert!(prefs.flash);
        assert_eq!(prefs.lock_after_minutes, 0);
        assert_eq!(prefs.confirm_above, Money::dollars(500), "what cannot be read is not kept");
    }
}
