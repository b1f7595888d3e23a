//! Rows to be exported, as CSV (RFC 4180) or JSON.
//! Must never hand a text cell to a spreadsheet as a formula, nor round a number.

/// One cell of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text from a person, a broker or us.
    Text(String),
    /// A number in plain digits, exact.
    Number(String),
    /// Nothing there.
    Missing,
}

impl Value {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
    /// A number in plain digits, or nothing.
    pub fn number(digits: Option<String>) -> Self {
        digits.map_or(Self::Missing, Self::Number)
    }
}

/// How a sheet is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values, RFC 4180.
    Csv,
    /// A JSON array of objects.
    Json,
}

impl Format {
    /// Both, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Csv, Self::Json];
    /// The word people see.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Json => "JSON",
        }
    }
    /// The end of the file's name.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

/// Rows under their titles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    columns: Vec<&'static str>,
    rows: Vec<Vec<Value>>,
}

impl Sheet {
    /// An empty sheet with these titles.
    pub fn new(columns: &[&'static str]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new() }
    }
    /// Adds a row; one cell for each title.
    pub fn push(&mut self, row: Vec<Value>) {
        assert!(row.len() == self.columns.len(), "a cell for each title");
        self.rows.push(row);
    }
    /// Rows, titles aside.
    pub const fn len(&self) -> usize {
        self.rows.len()
    }
    /// True without a row.
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
    /// The whole sheet as text.
    pub fn written(&self, format: Format) -> String {
        match format {
            Format::Csv => self.csv(),
            Format::Json => self.json(),
        }
    }

    fn csv(&self) -> String {
        let titles: Vec<String> = self.columns.iter().map(|title| quoted(title)).collect();
        let mut text = titles.join(",");
        text.push_str("\r\n");
        for row in &self.rows {
            for (index, value) in row.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                match value {
                    Value::Text(words) => text.push_str(&quoted(&harmless(words))),
                    Value::Number(digits) => text.push_str(&quoted(digits)),
                    Value::Missing => {}
                }
            }
            text.push_str("\r\n");
        }
        text
    }

    fn json(&self) -> String {
        let mut text = String::from("[");
        for (number, row) in self.rows.iter().enumerate() {
            text.push_str(if number == 0 { "\n  {" } else { ",\n  {" });
            for (index, (title, value)) in self.columns.iter().zip(row).enumerate() {
                if index > 0 {
                    text.push_str(", ");
                }
                // Numbers stay texts, as Alpaca writes them: a reader's float would round them.
                let value = match value {
                    Value::Text(words) | Value::Number(words) => string(words),
                    Value::Missing => "null".to_owned(),
                };
                text.push_str(&string(title));
                text.push_str(": ");
                text.push_str(&value);
            }
            text.push('}');
        }
        text.push_str(if self.rows.is_empty() { "]\n" } else { "\n]\n" });
        text
    }
}

/// A text that no spreadsheet takes for a formula: a leading sign gets an apostrophe before it.
pub fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// Quotes where RFC 4180 wants them.
fn quoted(text: &str) -> String {
    if text.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

fn string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::{Format, Sheet, Value};

    fn sheet(note: &str) -> Sheet {
        let mut sheet = Sheet::new(&["symbol", "quantity", "average", "note"]);
        sheet.push(vec![
            Value::text("AAPL"),
            Value::Number("-5.25".to_owned()),
            Value::number(None),
            Value::text(note),
        ]);
        sheet
    }

    #[test]
    fn csv_quotes_and_never_starts_a_formula() {
        for (note, cell) in [
            ("plain", "plain"),
            ("one, two", "\"one, two\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("a\nb", "\"a\nb\""),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("\r=1", "\"'\r=1\""),
            ("", ""),
        ] {
            let text = sheet(note).written(Format::Csv);
            let expected = format!("symbol,quantity,average,note\r\nAAPL,-5.25,,{cell}\r\n");
            assert_eq!(text, expected, "{note:?}");
        }
    }

    #[test]
    fn json_can_be_read_back() {
        let text = sheet("\"=1\"\n\u{7}").written(Format::Json);
        let read: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(read[0]["quantity"], "-5.25");
        assert_eq!(read[0]["average"], serde_json::Value::Null);
        assert_eq!(read[0]["note"], "\"=1\"\n\u{7}");
        assert_eq!(Sheet::new(&["a"]).written(Format::Json), "[]\n");
    }
}
