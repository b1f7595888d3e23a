//! What a command line means: effects, or words for what is wrong with it.
//! Must never send an order: it fills a ticket, and the ticket is sent.

use crate::desk::command::Command;
use crate::domain::ids::PortfolioId;
use crate::domain::orders::Side;
use crate::domain::roles::{Grant, RoleName};
use crate::domain::symbols::Symbol;
use crate::domain::users::{Login, User, parse_name};

use super::super::super::action::Action;
use super::super::super::allocation;
use super::super::super::ask::Want;
use super::super::super::ctx::{Ctx, Prefs, Subject};
use super::super::super::effect::Effect;
use super::super::super::panes::order_entry::{self, typed};
use super::super::password::PasswordForm;
use super::reconciling;
use super::verbs::verb;
use super::words::words;

type Parsed = Result<Vec<Effect>, String>;

/// What a line asks for.
pub fn parse(line: &str, ctx: &Ctx<'_>) -> Parsed {
    let words: Vec<String> = words(line).into_iter().map(|word| word.text).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let Some((first, rest)) = words.split_first() else { return Ok(Vec::new()) };
    match *first {
        "buy" => typed::ticket(Side::Buy, rest, ctx),
        "sell" => typed::ticket(Side::Sell, rest, ctx),
        "cancel" => typed::cancel(rest, ctx),
        "flatten" => typed::flatten(rest, ctx),
        "symbol" => Ok(vec![
            Effect::ChooseSymbol(symbol(word(rest, 0, "symbol")?, ctx)?),
            Effect::Run(Action::Screen4),
        ]),
        "portfolio" => portfolio_line(rest, ctx),
        "grant" => grant(rest, ctx),
        "user" => user(rest, ctx),
        "password" => password(rest, ctx),
        "theme" => Ok(vec![Effect::Theme(word(rest, 0, "theme")?.to_owned())]),
        "set" => set(rest, ctx),
        "halt" if !rest.is_empty() => Ok(vec![Effect::Halt(rest.join(" "))]),
        "closing-only" if !rest.is_empty() => {
            Ok(vec![order_entry::halt::close_only(Some(rest.join(" ")), ctx)])
        }
        "breaks" => Ok(vec![reconciling::show(ctx)]),
        "book" => {
            let portfolio = portfolio(word(rest, 1, "book")?, ctx)?;
            let reason = rest[2..].join(" ");
            reconciling::book(word(rest, 0, "book")?, portfolio, reason, ctx).map(|ask| vec![ask])
        }
        name => match (Action::named(name), rest) {
            (Some(action), []) => Ok(vec![Effect::Run(action)]),
            (Some(_), _) => Err(format!("'{name}' takes no more words")),
            (None, _) => Err(format!("There is no command '{name}'")),
        },
    }
}

fn word<'w>(words: &[&'w str], index: usize, name: &str) -> Result<&'w str, String> {
    let usage = || verb(name).map_or("", |verb| verb.usage);
    words.get(index).copied().ok_or_else(|| format!("Like this: {}", usage()))
}

fn symbol(text: &str, ctx: &Ctx<'_>) -> Result<Symbol, String> {
    let symbol = Symbol::parse(text).map_err(|error| format!("'{text}': {error}"))?;
    if ctx.view.assets.contains_key(&symbol) {
        Ok(symbol)
    } else {
        Err(format!("{symbol} is not a symbol this market knows"))
    }
}

/// The portfolio of this name, capitals aside; a beginning will do where only one begins so.
fn portfolio(text: &str, ctx: &Ctx<'_>) -> Result<PortfolioId, String> {
    let wanted = text.to_lowercase();
    let all = || ctx.view.portfolios.iter();
    let name = |id: &PortfolioId| ctx.portfolio_name(*id).to_lowercase();
    if let Some((id, _)) = all().find(|(id, _)| name(id) == wanted) {
        return Ok(*id);
    }
    let mut begins = all().filter(|(id, _)| name(id).starts_with(&wanted));
    match (begins.next(), begins.next()) {
        (Some((id, _)), None) => Ok(*id),
        (Some(_), Some(_)) => Err(format!("Several portfolios begin with '{text}'")),
        (None, _) => Err(format!("There is no portfolio '{text}'")),
    }
}

fn person<'v>(text: &str, ctx: &Ctx<'v>) -> Result<&'v User, String> {
    let found = ctx.view.people.values().find(|user| user.login.as_str() == text);
    found.ok_or_else(|| format!("There is no person '{text}'"))
}

fn portfolio_line(words: &[&str], ctx: &Ctx<'_>) -> Parsed {
    if words.first() == Some(&"edit") && words.len() > 1 {
        return edit(&words[1..], ctx);
    }
    if words.first() != Some(&"new") {
        let found = portfolio(word(words, 0, "portfolio")?, ctx)?;
        return Ok(vec![Effect::ChoosePortfolio(found), Effect::Run(Action::Screen3)]);
    }
    let name = parse_name(word(words, 1, "portfolio")?).map_err(|error| error.to_string())?;
    let personal = match words.get(2) {
        None | Some(&"shared") => false,
        Some(&"personal") => true,
        Some(other) => return Err(format!("'{other}' is neither personal nor shared")),
    };
    let allocation = words.get(3).map_or(Ok(None), |text| allocation::read(text))?;
    let description = String::new();
    let command = Command::CreatePortfolio { name, personal, description, allocation };
    Ok(vec![Effect::Ask(0, Want::Act(command))])
}

/// `Growth` opens its form; `Growth 250000` gives it that much cash at once.
fn edit(words: &[&str], ctx: &Ctx<'_>) -> Parsed {
    let id = portfolio(word(words, 0, "portfolio")?, ctx)?;
    let Some(text) = words.get(1) else {
        let subject = Subject { portfolio: Some(id), ..Subject::default() };
        return Ok(vec![Effect::RunAbout(Action::EditPortfolio, subject)]);
    };
    let allocation = allocation::read(text).map_err(|why| format!("'{text}': {why}"))?;
    let book = ctx.portfolio(id).ok_or("There is no such portfolio")?;
    let (may_short, version) = (book.may_short, book.version);
    let command = Command::EditPortfolio { portfolio: id, allocation, may_short, version };
    Ok(vec![Effect::Ask(0, Want::Act(command))])
}

fn grant(words: &[&str], ctx: &Ctx<'_>) -> Parsed {
    let portfolio = portfolio(word(words, 0, "grant")?, ctx)?;
    let user = person(word(words, 1, "grant")?, ctx)?.id;
    let grant = match word(words, 2, "grant")? {
        "none" => None,
        text => {
            let grant: Result<Grant, _> = text.parse();
            Some(grant.map_err(|_| format!("'{text}' is none of view, trade, admin, none"))?)
        }
    };
    let version = ctx.view.grants.get(&(portfolio, user)).map_or(0, |access| access.version);
    Ok(vec![Effect::Ask(0, Want::Act(Command::SetGrant { portfolio, user, grant, version }))])
}

fn user(words: &[&str], ctx: &Ctx<'_>) -> Parsed {
    let command = match word(words, 0, "user")? {
        "add" => {
            let login = Login::parse(word(words, 1, "user")?).map_err(|error| error.to_string())?;
            let role = word(words, 2, "user")?;
            let role: RoleName =
                role.parse().map_err(|_| format!("'{role}' is none of the four roles"))?;
            let name = words[3.min(words.len())..].join(" ");
            let name = if name.is_empty() { login.to_string() } else { name };
            let name = parse_name(&name).map_err(|error| error.to_string())?;
            Command::CreateUser { login, name, role }
        }
        deed @ ("on" | "off") => {
            let user = person(word(words, 1, "user")?, ctx)?;
            Command::SetActive { user: user.id, active: deed == "on", version: user.version }
        }
        other => return Err(format!("'{other}' is none of add, off, on")),
    };
    Ok(vec![Effect::Ask(0, Want::Act(command))])
}

fn password(words: &[&str], ctx: &Ctx<'_>) -> Parsed {
    let login = match words.first() {
        None => ctx.view.me.login.clone(),
        Some(text) => person(text, ctx)?.login.clone(),
    };
    Ok(vec![Effect::Open(Box::new(PasswordForm::new(login, ctx)))])
}

fn set(words: &[&str], ctx: &Ctx<'_>) -> Parsed {
    let name = word(words, 0, "set")?;
    let value = words[1..].join(" ");
    Prefs::check(name, &value)?;
    let version = ctx.view.settings.get(name).map_or(0, |setting| setting.version);
    let command = Command::SaveSetting { name: name.to_owned(), value, version };
    Ok(vec![Effect::Ask(0, Want::Act(command))])
}
