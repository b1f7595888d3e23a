//! How things look by what they mean: roles to styles, read from assets/themes.toml, and glyphs.
//! Must never be asked for a colour by name: a widget names the role.

use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::border;
use toml::de::{DeTable, DeValue};

/// The themes that are built in.
pub const BUILT_IN: &str = include_str!("../../assets/themes.toml");

macro_rules! roles {
    ($( $role:ident $name:literal $help:literal; )*) => {
        /// What a piece of the screen means.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Role { $( #[doc = $help] $role, )* }

        impl Role {
            /// Every role with its name in themes.toml.
            pub const ALL: &'static [(Self, &'static str)] = &[ $( (Self::$role, $name), )* ];
        }
    };
}

roles! {
    Text "text" "Plain text.";
    Muted "muted" "Less important text.";
    Faint "faint" "Text that is hardly more than a mark: missing values, dots.";
    Accent "accent" "What the eye should find.";
    Up "up" "Above before; always beside a sign or an arrow.";
    Down "down" "Below before; always beside a sign or an arrow.";
    Good "good" "All is well.";
    Warn "warn" "Look here.";
    Error "error" "Something failed or was refused.";
    Border "border" "A pane's border.";
    BorderFocus "border-focus" "The border of the pane that has the keys.";
    Title "title" "A pane's title.";
    TitleFocus "title-focus" "The title of the pane that has the keys.";
    Header "header" "A column's title.";
    HeaderSorted "header-sorted" "The title of the column that sorts.";
    Selection "selection" "The row under the cursor.";
    SelectionBlurred "selection-blurred" "The row under the cursor of a pane without the keys.";
    FlashUp "flash-up" "A value that rose a moment ago.";
    FlashDown "flash-down" "A value that fell a moment ago.";
    Field "field" "A field of a form.";
    FieldFocus "field-focus" "The field that has the keys.";
    Key "key" "A key in a hint.";
    Hint "hint" "The words of a hint.";
    Tab "tab" "A screen's tab.";
    TabFocus "tab-focus" "The tab of the screen that is shown.";
    Badge "badge" "A badge: the venue.";
    BadgeWarn "badge-warn" "A badge that warns: demo, halted.";
    Bar "bar" "The bars at the top and the bottom.";
    Overlay "overlay" "The ground of a layer above the panes.";
    Background "background" "The ground of everything.";
    Line "line" "The line of a chart.";
    LineSecond "line-second" "The second line of a chart.";
    Grid "grid" "The grid and the axes of a chart.";
    Buy "buy" "The word or mark of a buy.";
    Sell "sell" "The word or mark of a sale.";
}

/// The signs that a terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyphs {
    /// Above before, or sorted smallest first.
    pub up: &'static str,
    /// Below before, or sorted largest first.
    pub down: &'static str,
    /// Unchanged.
    pub flat: &'static str,
    /// A missing value.
    pub missing: &'static str,
    /// Cut off here.
    pub ellipsis: &'static str,
    /// A marked row.
    pub mark: &'static str,
    /// The row under the cursor.
    pub cursor: &'static str,
    /// A small dot: live, a bullet.
    pub dot: &'static str,
    /// An empty dot: not live.
    pub ring: &'static str,
    /// Unfolded.
    pub open: &'static str,
    /// Folded.
    pub folded: &'static str,
    /// Done.
    pub check: &'static str,
    /// Failed.
    pub cross: &'static str,
    /// Between two things on one line.
    pub separator: &'static str,
    /// Eight heights of a sparkline, lowest first.
    pub heights: [&'static str; 8],
    /// A gauge's full and empty cell.
    pub gauge: [&'static str; 2],
    /// Borders.
    pub border: border::Set<'static>,
    /// True where braille dots can be drawn.
    pub braille: bool,
}

impl Glyphs {
    /// For terminals with Unicode.
    pub const UNICODE: Self = Self {
        up: "▲",
        down: "▼",
        flat: "=",
        missing: "–",
        ellipsis: "…",
        mark: "●",
        cursor: "▌",
        dot: "●",
        ring: "○",
        open: "▾",
        folded: "▸",
        check: "✓",
        cross: "✗",
        separator: "·",
        heights: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
        gauge: ["█", "░"],
        border: border::ROUNDED,
        braille: true,
    };
    /// For plain consoles.
    pub const ASCII: Self = Self {
        up: "^",
        down: "v",
        flat: "=",
        missing: "-",
        ellipsis: "~",
        mark: "*",
        cursor: ">",
        dot: "*",
        ring: "o",
        open: "-",
        folded: "+",
        check: "+",
        cross: "x",
        separator: "|",
        heights: ["_", "_", ".", ".", "-", "-", "=", "#"],
        gauge: ["#", "."],
        border: border::Set {
            top_left: "+",
            top_right: "+",
            bottom_left: "+",
            bottom_right: "+",
            vertical_left: "|",
            vertical_right: "|",
            horizontal_top: "-",
            horizontal_bottom: "-",
        },
        braille: false,
    };
}

/// One way to look.
#[derive(Clone, Debug)]
pub struct Theme {
    /// Its name in themes.toml.
    pub name: String,
    /// Its signs.
    pub glyphs: Glyphs,
    styles: Vec<Style>,
}

impl Theme {
    /// The style of a role.
    pub fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }
    /// The same theme without a single colour (`NO_COLOR`): bold, dim and underline stay, and what
    /// stood out by its ground is reversed.
    #[must_use]
    pub fn without_colours(mut self) -> Self {
        for style in &mut self.styles {
            let ground = style.bg.take().is_some();
            style.fg = None;
            style.underline_color = None;
            if ground {
                *style = style.add_modifier(Modifier::REVERSED);
            }
        }
        for role in [Role::Background, Role::Overlay, Role::Bar, Role::Field] {
            self.styles[role as usize] = Style::new();
        }
        self.styles[Role::SelectionBlurred as usize] = Style::new().add_modifier(Modifier::BOLD);
        self
    }
}

/// Why themes.toml cannot be used, with its line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("themes.toml line {line}: {what}")]
pub struct ThemeError {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong, in words.
    pub what: String,
}

/// All themes, and how this terminal may show them.
#[derive(Clone, Debug)]
pub struct Themes {
    all: Vec<Theme>,
}

impl Themes {
    /// The order in which `T` walks through the themes.
    pub const ORDER: [&'static str; 6] =
        ["terminal", "dark", "light", "high-contrast", "colour-blind", "mono"];

    /// The themes that are built in.
    pub fn built_in(plain: Plain) -> Self {
        Self::parse(BUILT_IN, plain).expect("the built-in themes are checked by a test")
    }

    /// Reads themes; unknown roles, colours and attributes are errors.
    pub fn parse(text: &str, plain: Plain) -> Result<Self, ThemeError> {
        let at = |start: usize, what: String| ThemeError {
            line: text[..start.min(text.len())].matches('\n').count() + 1,
            what,
        };
        let table = DeTable::parse(text).map_err(|error| {
            at(error.span().map_or(0, |span| span.start), error.message().to_owned())
        })?;
        let mut all = Vec::new();
        for (name, entries) in table.get_ref() {
            let start = name.span().start;
            let entries = entries.get_ref().as_table();
            let entries = entries.ok_or_else(|| at(start, "a theme is a table".to_owned()))?;
            let mut styles = vec![Style::new(); Role::ALL.len()];
            for (role, value) in entries {
                let wanted: &str = role.get_ref();
                let found = Role::ALL.iter().find(|(_, name)| *name == wanted);
                let (role, _) = found
                    .ok_or_else(|| at(role.span().start, format!("there is no role '{wanted}'")))?;
                let style = read_style(value.get_ref());
                let style = style.map_err(|what| at(value.span().start, what))?;
                styles[*role as usize] = if *role == Role::Background {
                    Style { bg: style.fg, fg: None, ..style }
                } else {
                    style
                };
            }
            let name: &str = name.get_ref();
            let glyphs = if plain.ascii { Glyphs::ASCII } else { Glyphs::UNICODE };
            let theme = Theme { name: name.to_owned(), glyphs, styles };
            all.push(if plain.no_colour { theme.without_colours() } else { theme });
        }
        all.sort_by_key(|theme| Self::ORDER.iter().position(|name| *name == theme.name));
        if all.is_empty() {
            return Err(at(0, "there is no theme".to_owned()));
        }
        Ok(Self { all })
    }

    /// The theme of this name.
    pub fn named(&self, name: &str) -> Option<&Theme> {
        self.all.iter().find(|theme| theme.name == name)
    }
    /// The theme after the one of this name.
    pub fn after(&self, name: &str) -> &Theme {
        let index = self.all.iter().position(|theme| theme.name == name);
        &self.all[index.map_or(0, |index| (index + 1) % self.all.len())]
    }
    /// Their names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|theme| theme.name.as_str())
    }
    /// The first one: the terminal's own colours.
    pub fn first(&self) -> &Theme {
        &self.all[0]
    }
}

/// What this terminal cannot do, or should not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Plain {
    /// No colours (`NO_COLOR`).
    pub no_colour: bool,
    /// ASCII signs only.
    pub ascii: bool,
}

fn read_style(value: &DeValue<'_>) -> Result<Style, String> {
    if let Some(colour) = value.as_str() {
        return Ok(Style::new().fg(read_colour(colour)?));
    }
    let table = value.as_table().ok_or("a style is a colour or a table")?;
    let mut style = Style::new();
    for (name, value) in table {
        let name: &str = name.get_ref();
        let modifier = match name {
            "fg" | "bg" => {
                let colour = value.get_ref().as_str().ok_or("a colour is a text")?;
                let colour = read_colour(colour)?;
                style = if name == "fg" { style.fg(colour) } else { style.bg(colour) };
                continue;
            }
            "bold" => Modifier::BOLD,
            "dim" => Modifier::DIM,
            "underline" => Modifier::UNDERLINED,
            "reverse" => Modifier::REVERSED,
            _ => return Err(format!("there is no attribute '{name}'")),
        };
        if value.get_ref().as_bool().ok_or("an attribute is true or false")? {
            style = style.add_modifier(modifier);
        }
    }
    Ok(style)
}

fn read_colour(text: &str) -> Result<Color, String> {
    let hex = text.strip_prefix('#').filter(|hex| hex.len() == 6 && hex.is_ascii());
    if let Some(number) = hex.and_then(|hex| u32::from_str_radix(hex, 16).ok()) {
        let [_, red, green, blue] = number.to_be_bytes();
        return Ok(Color::Rgb(red, green, blue));
    }
    let named = match text {
        "black" => Color::Black,
        "red" => Color::Red,
        "green" => Color::Green,
        "yellow" => Color::Yellow,
        "blue" => Color::Blue,
        "magenta" => Color::Magenta,
        "cyan" => Color::Cyan,
        "gray" => Color::Gray,
        "dark-gray" => Color::DarkGray,
        "white" => Color::White,
        _ => return Err(format!("'{text}' is no colour: use #rrggbb or a name")),
    };
    Ok(named)
}

#[cfg(test)]
mod tests {
    use ratatui::style::Color;

    use super::{BUILT_IN, Plain, Role, Themes};

    #[test]
    fn every_theme_gives_every_role() {
        let themes = Themes::parse(BUILT_IN, Plain::default()).expect("sound");
        assert_eq!(themes.names().collect::<Vec<_>>(), Themes::ORDER);
        for theme in Themes::ORDER {
            let from = BUILT_IN.find(&format!("[{theme}]\n")).expect("its section");
            let section = BUILT_IN[from + 1..].split("\n[").next().expect("a section");
            for (role, name) in Role::ALL {
                let given = section.lines().any(|line| line.starts_with(&format!("{name} = ")));
                assert!(given || *role == Role::Background, "{theme} gives no {name}");
            }
        }
    }

    /// Relative luminance of a colour (WCAG 2.2).
    fn luminance(colour: Color) -> Option<f64> {
        let Color::Rgb(red, green, blue) = colour else { return None };
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        Some(0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue))
    }

    /// Contrast of two colours (WCAG 2.2), 1 to 21; none where the terminal chooses them.
    fn contrast(ink: Option<Color>, ground: Option<Color>) -> Option<f64> {
        let (ink, ground) = (luminance(ink?)?, luminance(ground?)?);
        Some((ink.max(ground) + 0.05) / (ink.min(ground) + 0.05))
    }

    #[test]
    fn what_stands_on_a_chosen_row_can_be_read() {
        let words = [Role::Text, Role::Muted, Role::Accent, Role::Up, Role::Down, Role::Good];
        let words = words.into_iter().chain([Role::Warn, Role::Buy, Role::Sell]);
        let themes = Themes::built_in(Plain::default());
        for word in words {
            for ground in [Role::Selection, Role::SelectionBlurred, Role::Background] {
                for (name, least) in
                    [("dark", 3.0), ("light", 3.0), ("colour-blind", 3.0), ("high-contrast", 4.5)]
                {
                    let theme = themes.named(name).expect("built in");
                    let found = contrast(theme.style(word).fg, theme.style(ground).bg);
                    let found = found.expect("both are given");
                    assert!(found >= least, "{name}: {word:?} on {ground:?} is {found:.1}:1");
                }
            }
        }
    }

    #[test]
    fn no_colour_means_none() {
        let plain = Plain { no_colour: true, ascii: false };
        let themes = Themes::built_in(plain);
        for name in Themes::ORDER {
            let theme = themes.named(name).expect("built in");
            for (role, _) in Role::ALL {
                let style = theme.style(*role);
                assert!(style.fg.is_none() && style.bg.is_none(), "{name} {role:?}");
            }
            let (selected, text) = (theme.style(Role::Selection), theme.style(Role::Text));
            assert_ne!(selected, text, "{name}: the cursor must be seen");
        }
    }

    #[test]
    fn a_mistake_is_named_with_its_line() {
        let cases = [
            ("[a]\ntext = \"#12345\"", 2, "'#12345' is no colour: use #rrggbb or a name"),
            ("[a]\n\nsky = \"blue\"", 3, "there is no role 'sky'"),
            ("[a]\ntext = { shiny = true }", 2, "there is no attribute 'shiny'"),
        ];
        for (text, line, what) in cases {
            let error = Themes::parse(text, Plain::default()).expect_err(text);
            assert_eq!((error.line, error.what.as_str()), (line, what));
        }
    }
}
