//! One cell after another: values on their way into a statement, and columns on their way out.
//! Must never guess: a cell that does not hold what its column promises is an error.

use std::str::FromStr;

use jiff::civil::Date;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, Row};

use crate::domain::ids::ClientOrderId;
use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::symbols::Symbol;
use crate::domain::time::{DeskTime, MarketTime, Moment};

use super::fault::StoreError;

/// One value on its way into a statement.
enum Cell {
    Null,
    Integer(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// The values of a statement, in the order of its placeholders.
#[derive(Default)]
pub(super) struct Values {
    cells: Vec<Cell>,
}

impl Values {
    /// The values of several statements, one after the other.
    pub(super) fn joined(all: impl Iterator<Item = Self>) -> Self {
        Self { cells: all.flat_map(|values| values.cells).collect() }
    }

    pub(super) fn into_arguments(self) -> SqliteArguments {
        let mut arguments = SqliteArguments::default();
        for cell in self.cells {
            let added = match cell {
                Cell::Null => arguments.add(None::<i64>),
                Cell::Integer(value) => arguments.add(value),
                Cell::Text(value) => arguments.add(value),
                Cell::Bytes(value) => arguments.add(value),
            };
            added.expect("integers, texts and bytes always encode");
        }
        arguments
    }

    fn add(mut self, cell: Cell) -> Self {
        self.cells.push(cell);
        self
    }

    pub(super) fn int(self, value: i64) -> Self {
        self.add(Cell::Integer(value))
    }
    pub(super) fn int_or_null(self, value: Option<i64>) -> Self {
        self.add(value.map_or(Cell::Null, Cell::Integer))
    }
    pub(super) fn flag(self, value: bool) -> Self {
        self.int(value.into())
    }
    pub(super) fn text(self, value: impl Into<String>) -> Self {
        self.add(Cell::Text(value.into()))
    }
    pub(super) fn text_or_null(self, value: Option<String>) -> Self {
        self.add(value.map_or(Cell::Null, Cell::Text))
    }
    pub(super) fn bytes(self, value: &[u8]) -> Self {
        self.add(Cell::Bytes(value.to_vec()))
    }
    pub(super) fn qty(self, value: Qty) -> Self {
        self.int(value.units())
    }
    pub(super) fn price(self, value: Price) -> Self {
        self.int(value.units())
    }
    pub(super) fn price_or_null(self, value: Option<Price>) -> Self {
        self.int_or_null(value.map(Price::units))
    }
    pub(super) fn money(self, value: Money) -> Self {
        self.text(value.plain())
    }
    pub(super) fn moment(self, value: Moment) -> Self {
        self.int(value.desk.ns()).int(value.market.ns())
    }
}

/// The columns of one row, read from left to right.
pub(super) struct Columns<'r> {
    row: &'r SqliteRow,
    next: usize,
}

impl<'r> Columns<'r> {
    pub(super) fn of(row: &'r SqliteRow) -> Self {
        Self { row, next: 0 }
    }

    fn take<T>(&mut self) -> Result<T, StoreError>
    where
        T: sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
    {
        let index = self.next;
        self.next += 1;
        Ok(self.row.try_get(index)?)
    }

    fn unreadable(&self, text: &str) -> StoreError {
        let column = self.row.columns().get(self.next - 1).map(sqlx::Column::name);
        StoreError::Unreadable {
            column: column.unwrap_or("?").to_owned(),
            text: text.chars().take(40).collect(),
        }
    }

    pub(super) fn int(&mut self) -> Result<i64, StoreError> {
        self.take()
    }
    pub(super) fn int_or_null(&mut self) -> Result<Option<i64>, StoreError> {
        self.take()
    }
    pub(super) fn small(&mut self) -> Result<u32, StoreError> {
        let value = self.int()?;
        u32::try_from(value).map_err(|_| self.unreadable(&value.to_string()))
    }
    pub(super) fn flag(&mut self) -> Result<bool, StoreError> {
        Ok(self.int()? != 0)
    }
    pub(super) fn truth(&mut self) -> Result<bool, StoreError> {
        self.take()
    }
    pub(super) fn text(&mut self) -> Result<&'r str, StoreError> {
        self.take()
    }
    pub(super) fn text_or_null(&mut self) -> Result<Option<&'r str>, StoreError> {
        self.take()
    }
    pub(super) fn bytes(&mut self) -> Result<&'r [u8], StoreError> {
        self.take()
    }
    /// A text that `read` understands.
    pub(super) fn word<T>(&mut self, read: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
        let text = self.text()?;
        read(text).ok_or_else(|| self.unreadable(text))
    }
    /// A text that `read` understands, or nothing.
    pub(super) fn word_or_null<T>(
        &mut self,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        let Some(text) = self.text_or_null()? else { return Ok(None) };
        read(text).map(Some).ok_or_else(|| self.unreadable(text))
    }
    /// A text that parses into `T`.
    pub(super) fn parsed<T: FromStr>(&mut self) -> Result<T, StoreError> {
        self.word(|text| T::from_str(text).ok())
    }
    /// A text that parses into `T`, or nothing.
    pub(super) fn parsed_or_null<T: FromStr>(&mut self) -> Result<Option<T>, StoreError> {
        self.word_or_null(|text| T::from_str(text).ok())
    }
    pub(super) fn qty(&mut self) -> Result<Qty, StoreError> {
        self.int().map(Qty::from_units)
    }
    pub(super) fn qty_or_null(&mut self) -> Result<Option<Qty>, StoreError> {
        Ok(self.int_or_null()?.map(Qty::from_units))
    }
    pub(super) fn price(&mut self) -> Result<Price, StoreError> {
        self.int().map(Price::from_units)
    }
    pub(super) fn price_or_null(&mut self) -> Result<Option<Price>, StoreError> {
        Ok(self.int_or_null()?.map(Price::from_units))
    }
    pub(super) fn money(&mut self) -> Result<Money, StoreError> {
        self.word(|text| Money::parse(text).ok())
    }
    pub(super) fn money_or_null(&mut self) -> Result<Option<Money>, StoreError> {
        self.word_or_null(|text| Money::parse(text).ok())
    }
    pub(super) fn symbol(&mut self) -> Result<Symbol, StoreError> {
        self.parsed()
    }
    pub(super) fn date(&mut self) -> Result<Date, StoreError> {
        self.parsed()
    }
    pub(super) fn client_id(&mut self) -> Result<ClientOrderId, StoreError> {
        self.text().map(ClientOrderId::from_outside)
    }
    pub(super) fn client_id_or_null(&mut self) -> Result<Option<ClientOrderId>, StoreError> {
        Ok(self.text_or_null()?.map(ClientOrderId::from_outside))
    }
    pub(super) fn moment(&mut self) -> Result<Moment, StoreError> {
        let desk = DeskTime::from_ns(self.int()?);
        Ok(Moment { desk, market: MarketTime::from_ns(self.int()?) })
    }
}
