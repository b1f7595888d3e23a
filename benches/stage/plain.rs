//! Yardsticks of a dense screen: the same panes, and a plain four-widget screen, by ratatui alone.
//! Must never use a widget of the desk's own: they show what bare ratatui costs.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Style, Stylize};
use ratatui::symbols::Marker;
use ratatui::text::{Line, Span};
use ratatui::widgets::{
    Axis, Block, Cell, Chart, Dataset, GraphType, Paragraph, Row, Table, TableState, Wrap,
};
use trading_desk::tui::app::session::body;
use trading_desk::tui::names::PaneId;
use trading_desk::tui::screens::ScreenId;

/// What a bare program would have at hand when it draws.
pub(crate) struct Plain {
    prices: Vec<f64>,
    points: Vec<(f64, f64)>,
    text: String,
}

impl Plain {
    /// Figures that look like prices.
    pub(crate) fn new() -> Self {
        let prices = (0..50_u32).map(|index| 20.0 + f64::from(index * 7919 % 40_000) / 100.0);
        let points = (0..2_000_u32).map(|x| {
            let x = f64::from(x);
            (x, 187.0 + (x / 90.0).sin() * 2.0 + (x / 7.0).cos() * 0.3)
        });
        let words = "Apple expects the quarter to be slower than the one before it, and said so. ";
        Self { prices: prices.collect(), points: points.collect(), text: words.repeat(40) }
    }

    /// The panes of the desk's first screen, each by the widget that ratatui has for it; the
    /// rows and columns are as many as the desk shows.
    pub(crate) fn same_panes(&self, frame: &mut Frame<'_>) {
        let area = frame.area();
        frame.buffer_mut().set_style(area, Style::new().bg(Color::Rgb(16, 18, 22)));
        for (id, room) in ScreenId::Desk.places(body(area)) {
            match id {
                PaneId::Watchlist => self.table(frame, room, "Watchlist", 8),
                PaneId::Portfolios => self.table(frame, room, "Portfolios", 4),
                PaneId::Positions => self.table(frame, room, "Positions", 11),
                PaneId::Orders => self.table(frame, room, "Orders", 12),
                PaneId::Chart => self.chart(frame, room, 390),
                _ => self.ticker(frame, room),
            }
        }
        for (y, text) in
            [(0, " 1 Desk "), (area.height - 2, " EMBEDDED "), (area.height - 1, "? help")]
        {
            let bar = Rect { y, height: 1, ..area };
            let line =
                Line::from(vec![Span::raw(text).bold(), Span::raw("  words of a bar  ".repeat(6))]);
            frame.render_widget(Paragraph::new(line).style(Style::new().bg(Color::DarkGray)), bar);
        }
    }

    /// A ticker of 50 symbols, a table of 50 x 10, wrapped text, a braille chart of 2,000 points.
    pub(crate) fn four_widgets(&self, frame: &mut Frame<'_>) {
        let rows = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]);
        let [ticker, rest] = rows.areas(frame.area());
        let [left, right] = Layout::horizontal([Constraint::Fill(1); 2]).areas(rest);
        let [chart, text] = Layout::vertical([Constraint::Fill(1); 2]).areas(right);
        self.ticker(frame, ticker);
        self.table(frame, left, "Watchlist", 10);
        self.chart(frame, chart, self.points.len());
        let words = Paragraph::new(self.text.as_str()).wrap(Wrap { trim: true });
        frame.render_widget(words.block(Block::bordered().title("News")), text);
    }

    fn ticker(&self, frame: &mut Frame<'_>, area: Rect) {
        let mut spans = Vec::with_capacity(100);
        for (index, price) in self.prices.iter().enumerate() {
            spans.push(Span::raw(format!(" SYM{index} ")).bold());
            spans.push(Span::raw(format!("{price:.2} +0.39%")).fg(Color::Green));
        }
        frame.render_widget(Line::from(spans), area);
    }

    fn table(&self, frame: &mut Frame<'_>, area: Rect, title: &'static str, columns: u16) {
        let titles =
            Row::new((0..columns).map(|column| Cell::from(format!("Column {column}")))).bold();
        let rows = self.prices.iter().enumerate().map(|(index, price)| {
            let cells = (1..columns).map(|column| {
                let colour = if column % 3 == 0 { Color::Green } else { Color::Gray };
                Cell::from(Line::from(format!("{:.2}", price * f64::from(column))).right_aligned())
                    .style(Style::new().fg(colour))
            });
            Row::new(std::iter::once(Cell::from(format!("SYM{index}"))).chain(cells))
        });
        let widths = (0..columns).map(|_| Constraint::Fill(1));
        let table = Table::new(rows, widths).header(titles);
        let table = table.row_highlight_style(Style::new().reversed());
        let mut state = TableState::new().with_selected(3);
        let block = Block::bordered().title(title);
        frame.render_stateful_widget(table.block(block), area, &mut state);
    }

    fn chart(&self, frame: &mut Frame<'_>, area: Rect, points: usize) {
        let data = Dataset::default()
            .marker(Marker::Braille)
            .graph_type(GraphType::Line)
            .style(Style::new().fg(Color::Cyan))
            .data(&self.points[..points]);
        let last = self.points[points - 1].0;
        let chart = Chart::new(vec![data])
            .x_axis(Axis::default().bounds([0.0, last]).labels(["9:30", "12:45", "16:00"]))
            .y_axis(Axis::default().bounds([184.0, 190.0]).labels(["184.00", "187.00", "190.00"]));
        frame.render_widget(chart.block(Block::bordered().title("AAPL")), area);
    }
}
